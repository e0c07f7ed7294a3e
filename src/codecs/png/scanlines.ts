// Inflates PNG image data to plain rows, interlaced or not; decides nothing about what the samples mean.

import { inflateSync } from "node:zlib";

import {
  bitsPerPixel,
  invalid,
  rowBytes,
  type ImageHeader,
} from "./image-header.ts";

/** Adam7: first column and row of each pass, and its steps (PNG third edition, 8.2). */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

interface Pass {
  readonly width: number;
  readonly height: number;
}

/**
 * The image's rows, unfiltered, one after the other, `rowBytes(header)` each;
 * interlaced data are put in order. Throws `invalid_image` when the data are
 * broken or end too soon.
 */
export function readRows(data: Uint8Array, header: ImageHeader): Uint8Array {
  return rowsOf(inflated(data, inflatedBytes(header)), header);
}

/** Bytes that image data hold once inflated. */
export function inflatedBytes(header: ImageHeader): number {
  return passesOf(header).reduce(
    (sum, pass) => sum + filteredBytes(pass, header),
    0,
  );
}

/** The rows, as `readRows` gives them, of data that are inflated already. */
export function rowsOf(filtered: Uint8Array, header: ImageHeader): Uint8Array {
  const passes = passesOf(header);
  if (!header.interlaced) return unfiltered(filtered, header, header);
  const rows = new Uint8Array(rowBytes(header) * header.height);
  let at = 0;
  for (const [index, pass] of passes.entries()) {
    const size = filteredBytes(pass, header);
    const part = unfiltered(filtered.subarray(at, at + size), pass, header);
    spread(part, pass, ADAM7[index] ?? ADAM7[0], rows, header);
    at += size;
  }
  return rows;
}

function passesOf(header: ImageHeader): Pass[] {
  if (!header.interlaced) return [header];
  return ADAM7.map(([x, y, stepX, stepY]) => ({
    width: Math.max(0, Math.ceil((header.width - x) / stepX)),
    height: Math.max(0, Math.ceil((header.height - y) / stepY)),
  }));
}

/** A pass without columns has no rows either. */
function filteredBytes({ width, height }: Pass, header: ImageHeader): number {
  return width === 0 ? 0 : (rowBytes(header, width) + 1) * height;
}

/** Bounded by what the header says: a bomb inflates no further. */
function inflated(data: Uint8Array, wanted: number): Uint8Array {
  let result: Uint8Array;
  try {
    result = inflateSync(data, { maxOutputLength: Math.max(wanted, 1) });
  } catch (cause) {
    const error = invalid("The PNG's image data are broken.");
    error.cause = cause;
    throw error;
  }
  if (result.length < wanted)
    throw invalid("The PNG's image data are cut off.");
  return result;
}

function unfiltered(
  filtered: Uint8Array,
  { width, height }: Pass,
  header: ImageHeader,
): Uint8Array {
  const length = rowBytes(header, width);
  const step = Math.max(1, bitsPerPixel(header) >> 3);
  if (width === 0) return new Uint8Array(0);
  const rows = new Uint8Array(length * height);
  let above = new Uint8Array(length);
  for (let y = 0; y < height; y++) {
    const start = y * (length + 1);
    const row = rows.subarray(y * length, (y + 1) * length);
    row.set(filtered.subarray(start + 1, start + 1 + length));
    undo(filtered[start] ?? 0, row, above, step);
    above = row;
  }
  return rows;
}

/** Undoes a row's filter in place (9.2). */
function undo(
  filter: number,
  row: Uint8Array,
  above: Uint8Array,
  step: number,
): void {
  const { length } = row;
  if (filter > 4) throw invalid("The PNG uses a filter that does not exist.");
  if (filter === 1) {
    for (let i = step; i < length; i++)
      row[i] = (row[i] ?? 0) + (row[i - step] ?? 0);
  } else if (filter === 2) {
    for (let i = 0; i < length; i++) row[i] = (row[i] ?? 0) + (above[i] ?? 0);
  } else if (filter === 3) {
    for (let i = 0; i < length; i++) {
      const left = i < step ? 0 : (row[i - step] ?? 0);
      row[i] = (row[i] ?? 0) + ((left + (above[i] ?? 0)) >> 1);
    }
  } else if (filter === 4) {
    for (let i = 0; i < length; i++) {
      const left = i < step ? 0 : (row[i - step] ?? 0);
      const corner = i < step ? 0 : (above[i - step] ?? 0);
      row[i] = (row[i] ?? 0) + paeth(left, above[i] ?? 0, corner);
    }
  }
}

export function paeth(left: number, above: number, corner: number): number {
  const toLeft = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

/** Puts a pass's pixels where they belong. */
function spread(
  part: Uint8Array,
  pass: Pass,
  [x0, y0, stepX, stepY]: readonly [number, number, number, number],
  rows: Uint8Array,
  header: ImageHeader,
): void {
  const bits = bitsPerPixel(header);
  const from = rowBytes(header, pass.width);
  const to = rowBytes(header);
  for (let y = 0; y < pass.height; y++) {
    const target = (y0 + y * stepY) * to;
    for (let x = 0; x < pass.width; x++) {
      const column = x0 + x * stepX;
      if (bits >= 8) {
        const size = bits >> 3;
        const source = y * from + x * size;
        for (let i = 0; i < size; i++)
          rows[target + column * size + i] = part[source + i] ?? 0;
      } else {
        const at = target + ((column * bits) >> 3);
        const value = packed(part, y * from, x, bits);
        rows[at] =
          (rows[at] ?? 0) | (value << (8 - bits - ((column * bits) & 7)));
      }
    }
  }
}

/** The `x`th sample of `bits` (1, 2 or 4) in the row that starts at `start`. */
export function packed(
  rows: Uint8Array,
  start: number,
  x: number,
  bits: number,
): number {
  const byte = rows[start + ((x * bits) >> 3)] ?? 0;
  return (byte >> (8 - bits - ((x * bits) & 7))) & ((1 << bits) - 1);
}
