// Writes a picture of few colors as a BMP with a palette: plain rows of the fewest bits, or run-length codes.

import type { Indexed } from "./colors.ts";
import type { Kept } from "./keep.ts";
import { rowBytes } from "./layout.ts";
import { writeRunLengths } from "./rle-write.ts";
import { COMPRESSION, writeBmp } from "./write.ts";

export type IndexedCoding = "bmp-palette" | "bmp-rle4" | "bmp-rle8";

/** Colors that four bits tell apart. */
const COLORS_OF_4_BITS = 16;

/** The file; undefined when there are too many colors for this coding. */
export function writeIndexed(
  picture: Indexed,
  coding: IndexedCoding,
  kept: Kept,
): Uint8Array | undefined {
  const { width, height, palette, colors } = picture;
  const file = { ...kept, width, height, topDown: false, palette };
  if (coding === "bmp-palette") {
    const bitCount = colors <= 2 ? 1 : colors <= COLORS_OF_4_BITS ? 4 : 8;
    const pixels = packedRows(picture, bitCount);
    return writeBmp({
      ...file,
      bitCount,
      compression: COMPRESSION.rows,
      pixels,
    });
  }
  const bitCount = coding === "bmp-rle4" ? 4 : 8;
  if (bitCount === 4 && colors > COLORS_OF_4_BITS) return undefined;
  const pixels = writeRunLengths(picture, bitCount);
  const compression = COMPRESSION[bitCount === 4 ? "rle4" : "rle8"];
  return writeBmp({ ...file, bitCount, compression, pixels });
}

function packedRows(
  { width, height, indices }: Indexed,
  bits: 1 | 4 | 8,
): Uint8Array {
  const stride = rowBytes(width, bits);
  const perByte = 8 / bits;
  const rows = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const from = y * width;
    const to = (height - 1 - y) * stride;
    if (bits === 8) {
      rows.set(indices.subarray(from, from + width), to);
      continue;
    }
    for (let x = 0; x < width; x++) {
      const shift = 8 - bits - (x % perByte) * bits;
      rows[to + Math.floor(x / perByte)]! |= indices[from + x]! << shift;
    }
  }
  return rows;
}
