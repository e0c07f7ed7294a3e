// Reads single bits and exp-Golomb numbers, most significant bit first; knows no codec.

import { cutShort } from "./cursor.ts";

/** A forward reader of bits; every method throws `invalid_image` when they run out. */
export class Bits {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** An unsigned number of up to 32 bits. */
  read(count: number): number {
    let value = 0;
    for (let left = count; left > 0; left--) value = value * 2 + this.#bit();
    return value;
  }

  flag(): boolean {
    return this.#bit() === 1;
  }

  skip(count: number): void {
    this.#at += count;
  }

  /** ue(v) of H.265 (9.2), and uvlc() of AV1 (4.10.3): zeros, a one, and as many bits as zeros. */
  golomb(): number {
    let zeros = 0;
    while (!this.flag()) if (++zeros > 31) throw cutShort();
    return 2 ** zeros - 1 + this.read(zeros);
  }

  /** se(v) of H.265 (9.2.2). */
  signedGolomb(): number {
    const value = this.golomb();
    return value % 2 === 0 ? -value / 2 : (value + 1) / 2;
  }

  #bit(): number {
    const byte = this.#bytes[this.#at >> 3];
    if (byte === undefined) throw cutShort();
    return (byte >> (7 - (this.#at++ & 7))) & 1;
  }
}
