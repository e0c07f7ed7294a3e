// Reads the bits of a JPEG XL codestream in order, least significant first (ISO/IEC 18181-1, 6.2 and annex B.2); knows no field.

import { cutShort } from "../containers/cursor.ts";

/** One of the four ways a `u32` field may be coded: how many bits, and what is added to them. */
export interface Way {
  readonly bits: number;
  readonly offset: number;
}

/** Exactly this value. */
export const value = (offset: number): Way => ({ bits: 0, offset });
/** So many bits, and `offset` added. */
export const bits = (count: number, offset = 0): Way => ({
  bits: count,
  offset,
});

export type Ways = readonly [Way, Way, Way, Way];

/** The coding of every enumerated field. */
const ENUM: Ways = [value(0), value(1), bits(4, 2), bits(6, 18)];

/** A forward reader; every method throws `invalid_image` when the bytes run out. */
export class BitReader {
  readonly #bytes: Uint8Array;
  /** Bits read so far. */
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Up to 32 bits. */
  u(count: number): number {
    if (this.at + count > this.#bytes.length * 8) throw cutShort();
    let result = 0;
    for (let bit = 0; bit < count; bit++, this.at++) {
      const byte = this.#bytes[this.at >>> 3] ?? 0;
      if ((byte >>> (this.at & 7)) & 1) result += 2 ** bit;
    }
    return result;
  }

  flag(): boolean {
    return this.u(1) === 1;
  }

  u32(ways: Ways): number {
    const way = ways[this.u(2) as 0 | 1 | 2 | 3];
    return way.offset + this.u(way.bits);
  }

  /** Beyond 2^53 the number is inexact, and far beyond any use either way. */
  u64(): number {
    const selector = this.u(2);
    if (selector === 0) return 0;
    if (selector === 1) return 1 + this.u(4);
    if (selector === 2) return 17 + this.u(8);
    let result = this.u(12);
    for (let shift = 12; this.flag(); shift += 8) {
      if (shift === 60) return result + this.u(4) * 2 ** shift;
      result += this.u(8) * 2 ** shift;
    }
    return result;
  }

  enumerated(): number {
    return this.u32(ENUM);
  }

  /** Numbers of 16 bits whose values nobody here asks for. */
  skipHalves(count: number): void {
    this.skip(count * 16);
  }

  skip(count: number): void {
    if (this.at + count > this.#bytes.length * 8) throw cutShort();
    this.at += count;
  }

  toByte(): void {
    this.at = Math.ceil(this.at / 8) * 8;
  }
}

/** Passes over a name: its length in bytes, then those. */
export function skipName(reader: BitReader): void {
  const length = reader.u32([value(0), bits(4), bits(5, 16), bits(10, 48)]);
  reader.skip(length * 8);
}

/** Passes over the extensions that end a bundle (annex B.3): which there are, the bits of each, and those. */
export function skipExtensions(reader: BitReader): void {
  const present = reader.u64();
  if (present === 0) return;
  let length = 0;
  for (let bit = 0; bit < 64; bit++) {
    if (Math.floor(present / 2 ** bit) % 2 === 1) length += reader.u64();
  }
  reader.skip(length);
}
