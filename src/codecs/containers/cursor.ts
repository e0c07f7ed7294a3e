// Reads big-endian numbers and names from bytes in order, and blames the image when they end; knows no format.

import { ServiceError } from "../../errors.ts";

/** The failure of every reader that meets the end of the data too soon. */
export function cutShort(): ServiceError {
  return new ServiceError(
    "invalid_image",
    "The image ends in the middle of its header.",
  );
}

/** Bytes as ISO 8859-1 text: one character a byte. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(
    "latin1",
  );
}

/**
 * A copy of a few bytes, which does not hold the window of the file that they
 * were seen through; from Node's pool, since a buffer of its own takes 200 bytes more.
 */
export function copied(bytes: Uint8Array): Uint8Array {
  return Buffer.from(bytes);
}

/** Whether `bytes` hold the ASCII characters of `text` at `offset`. */
export function startsWith(
  bytes: Uint8Array,
  text: string,
  offset = 0,
): boolean {
  return latin1(bytes.subarray(offset, offset + text.length)) === text;
}

/** A forward reader; every method throws `invalid_image` when the bytes run out. */
export class Cursor {
  readonly bytes: Uint8Array;
  at: number;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Bytes not yet read. */
  get left(): number {
    return this.bytes.length - this.at;
  }

  u8(): number {
    return this.#view.getUint8(this.#claim(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#claim(2));
  }

  u32(): number {
    return this.#view.getUint32(this.#claim(4));
  }

  i32(): number {
    return this.#view.getInt32(this.#claim(4));
  }

  /** 64 bits; beyond 2^53 the number is inexact, and far beyond any file either way. */
  u64(): number {
    return this.u32() * 2 ** 32 + this.u32();
  }

  /** An unsigned number of 0, 2, 4 or 8 bytes (0 reads as 0). */
  uint(size: number): number {
    if (size === 0) return 0;
    if (size === 2) return this.u16();
    if (size === 4) return this.u32();
    if (size === 8) return this.u64();
    throw new ServiceError(
      "invalid_image",
      "The image's header declares a number of an impossible size.",
    );
  }

  /** Four characters. */
  fourcc(): string {
    return latin1(this.take(4));
  }

  take(length: number): Uint8Array {
    const start = this.#claim(length);
    return this.bytes.subarray(start, start + length);
  }

  /** Characters up to a NUL, which is skipped, or to the end. */
  text(): string {
    const nul = this.bytes.indexOf(0, this.at);
    const end = nul < 0 ? this.bytes.length : nul;
    const text = latin1(this.bytes.subarray(this.at, end));
    this.at = Math.min(end + 1, this.bytes.length);
    return text;
  }

  #claim(length: number): number {
    const start = this.at;
    if (length < 0 || length > this.left) throw cutShort();
    this.at += length;
    return start;
  }
}
