// Decodes a BMP to 8-bit RGB or RGBA; decides what pixels the file does not tell look like, and when too few are left.

import { ServiceError } from "../../errors.ts";
import { channelOf } from "./channel.ts";
import { rowBytes } from "./layout.ts";
import type { Layout, Masks } from "./layout.ts";
import type { Raster } from "./raster.ts";
import { readRunLengths } from "./rle-read.ts";

/** Share of the rows that must be there (docs/formats.md). */
const ROWS_SHARE = 0.99;

export interface Decoded {
  readonly raster: Raster;
  /** Whether rows are missing at the end of the file, few enough to bear. */
  readonly truncated: boolean;
  /** Whether run-length codes skipped pixels. Browsers leave those transparent; here they are of color 0, as in GDI and Pillow. */
  readonly skipsPixels: boolean;
  /** Bytes of pixel data, as far as they were needed. */
  readonly dataBytes: number;
}

/**
 * Decodes `file`. Missing rows are black (run-length codes: of color 0), as are
 * pixels that name a color beyond the palette. Throws `invalid_image`, before
 * anything is allocated for plain rows, when more than 1 % of them are missing.
 */
export function decode(file: Uint8Array, layout: Layout): Decoded {
  return layout.coding === "rows"
    ? decodeRows(file, layout)
    : decodeRunLengths(file, layout);
}

function decodeRows(file: Uint8Array, layout: Layout): Decoded {
  const { width, height, bitCount, dataOffset, dataBytes, masks } = layout;
  const stride = rowBytes(width, bitCount);
  const there = Math.floor((file.length - dataOffset) / stride);
  const rows = Math.max(0, Math.min(there, height));
  requireRows(rows, height);
  const channels = masks?.alpha ? 4 : 3;
  const data = new Uint8Array(width * height * channels);
  if (channels === 4) data.fill(255);
  const row = rowReader(file, layout);
  for (let y = 0; y < rows; y++) {
    const start = dataOffset + y * stride;
    row(start, data, targetRow(layout, y) * width * channels);
  }
  return {
    raster: { width, height, channels, data },
    truncated: rows < height,
    skipsPixels: false,
    dataBytes,
  };
}

function decodeRunLengths(file: Uint8Array, layout: Layout): Decoded {
  const { width, height, coding, dataOffset, dataBytes } = layout;
  const codes = file.subarray(dataOffset, dataOffset + dataBytes);
  const bits = coding === "rle8" ? 8 : 4;
  const read = readRunLengths(codes, width, height, bits);
  requireRows(read.rows, height);
  const colors = paletteOf(file, layout);
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = y * width;
    let to = targetRow(layout, y) * width * 3;
    for (let x = 0; x < width; x++, to += 3) {
      const color = read.indices[from + x]! * 3;
      data[to] = colors[color]!;
      data[to + 1] = colors[color + 1]!;
      data[to + 2] = colors[color + 2]!;
    }
  }
  return {
    raster: { width, height, channels: 3, data },
    truncated: read.rows < height,
    skipsPixels: read.defined < width * height,
    dataBytes: read.length,
  };
}

function requireRows(rows: number, height: number): void {
  if (rows >= height * ROWS_SHARE) return;
  throw new ServiceError(
    "invalid_image",
    "The BMP file does not decode: it is damaged or cut off.",
    { detected: "bmp" },
  );
}

/** Row of the picture that row `y` of the file is. */
function targetRow({ topDown, height }: Layout, y: number): number {
  return topDown ? y : height - 1 - y;
}

/** The palette as 256 triples of red, green and blue; black where it ends. */
export function paletteOf(file: Uint8Array, { palette }: Layout): Uint8Array {
  const colors = new Uint8Array(256 * 3);
  if (palette === undefined) return colors;
  for (let index = 0; index < palette.count; index++) {
    const from = palette.offset + index * palette.entryBytes;
    colors[index * 3] = file[from + 2] ?? 0;
    colors[index * 3 + 1] = file[from + 1] ?? 0;
    colors[index * 3 + 2] = file[from] ?? 0;
  }
  return colors;
}

/** Reads the row that begins at `from` in the file into `data` at `to`. */
type RowReader = (from: number, data: Uint8Array, to: number) => void;

function rowReader(file: Uint8Array, layout: Layout): RowReader {
  const { width, bitCount, masks } = layout;
  if (bitCount <= 8) {
    return indexedReader(file, paletteOf(file, layout), width, bitCount);
  }
  return masks
    ? maskedReader(file, masks, width, bitCount === 16 ? 2 : 4)
    : plainReader(file, width);
}

function plainReader(file: Uint8Array, width: number): RowReader {
  return (start, data, to) => {
    let from = start;
    const end = to + width * 3;
    for (let at = to; at < end; at += 3, from += 3) {
      data[at] = file[from + 2]!;
      data[at + 1] = file[from + 1]!;
      data[at + 2] = file[from]!;
    }
  };
}

function indexedReader(
  file: Uint8Array,
  colors: Uint8Array,
  width: number,
  bits: number,
): RowReader {
  const perByte = 8 / bits;
  const mask = 2 ** bits - 1;
  return (from, data, start) => {
    let to = start;
    for (let x = 0; x < width; x++, to += 3) {
      const byte = file[from + Math.floor(x / perByte)]!;
      const index = (byte >> (8 - bits - (x % perByte) * bits)) & mask;
      const color = index * 3;
      data[to] = colors[color]!;
      data[to + 1] = colors[color + 1]!;
      data[to + 2] = colors[color + 2]!;
    }
  };
}

function maskedReader(
  file: Uint8Array,
  masks: Masks,
  width: number,
  bytes: 2 | 4,
): RowReader {
  const red = channelOf(masks.red, 0);
  const green = channelOf(masks.green, 0);
  const blue = channelOf(masks.blue, 0);
  const alpha = channelOf(masks.alpha, 255);
  const redTop = red.values.length - 1;
  const greenTop = green.values.length - 1;
  const blueTop = blue.values.length - 1;
  const alphaTop = alpha.values.length - 1;
  const channels = masks.alpha === 0 ? 3 : 4;
  return (start, data, first) => {
    let from = start;
    let to = first;
    for (let x = 0; x < width; x++, from += bytes, to += channels) {
      let pixel = file[from]! | (file[from + 1]! << 8);
      if (bytes === 4)
        pixel |= (file[from + 2]! << 16) | (file[from + 3]! << 24);
      data[to] = red.values[(pixel >>> red.shift) & redTop]!;
      data[to + 1] = green.values[(pixel >>> green.shift) & greenTop]!;
      data[to + 2] = blue.values[(pixel >>> blue.shift) & blueTop]!;
      if (channels === 4) {
        data[to + 3] = alpha.values[(pixel >>> alpha.shift) & alphaTop]!;
      }
    }
  };
}
