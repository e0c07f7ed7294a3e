// Reads and writes IHDR, and says how many bytes its rows take; decides nothing about the pixels in them.

import { ServiceError } from "../../errors.ts";
import { Cursor } from "../containers/cursor.ts";

/** What IHDR says; `colorType` has 1 for palette, 2 for color, 4 for alpha. */
export interface ImageHeader {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  readonly colorType: number;
  readonly interlaced: boolean;
}

export const PALETTE = 3;

/** Bit depths each color type may have (PNG third edition, table 8). */
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

/** Samples of a pixel by color type. */
const SAMPLES: Readonly<Record<number, number>> = {
  0: 1,
  2: 3,
  3: 1,
  4: 2,
  6: 4,
};

/** Throws `invalid_image` when the header is impossible. */
export function readImageHeader(data: Uint8Array): ImageHeader {
  const cursor = new Cursor(data);
  const [width, height] = [cursor.u32(), cursor.u32()];
  const [bitDepth, colorType] = [cursor.u8(), cursor.u8()];
  const [compression, filter, interlace] = cursor.take(3);
  const sane = (side: number) => side > 0 && side <= 0x7fffffff;
  if (!sane(width) || !sane(height))
    throw invalid("The PNG's width or height is impossible.");
  if (!DEPTHS[colorType]?.includes(bitDepth))
    throw invalid("The PNG's color type and bit depth do not go together.");
  if (compression !== 0 || filter !== 0 || (interlace ?? 0) > 1)
    throw invalid("The PNG uses a compression method that does not exist.");
  return { width, height, bitDepth, colorType, interlaced: interlace === 1 };
}

export function imageHeaderData(header: ImageHeader): Uint8Array {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(header.width, 0);
  data.writeUInt32BE(header.height, 4);
  data.set([header.bitDepth, header.colorType, 0, 0, +header.interlaced], 8);
  return data;
}

export function samplesOf({ colorType }: ImageHeader): number {
  return SAMPLES[colorType] ?? 1;
}

export function bitsPerPixel(header: ImageHeader): number {
  return samplesOf(header) * header.bitDepth;
}

/** Bytes of a row of `width` pixels, without its filter byte. */
export function rowBytes(header: ImageHeader, width = header.width): number {
  return Math.ceil((width * bitsPerPixel(header)) / 8);
}

export function invalid(message: string): ServiceError {
  return new ServiceError("invalid_image", message);
}
