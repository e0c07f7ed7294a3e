// Reads a BMP's run-length codes into one palette index a pixel; decides nothing about colors.

export interface RunLengthPixels {
  /** An index a pixel, rows in file order; 0 where the codes skipped a pixel. */
  readonly indices: Uint8Array;
  /** Pixels that the codes gave a value. */
  readonly defined: number;
  /** Rows complete before the codes broke off; all of them when they ended as they should. */
  readonly rows: number;
  /** Bytes of codes that were read. */
  readonly length: number;
}

/** Second bytes of the escapes that begin with 0; above them it counts literal pixels. */
const END_OF_LINE = 0;
const END_OF_BITMAP = 1;
const DELTA = 2;

/**
 * Reads RLE8 or RLE4 codes (MS-WMF 3.1.6). Runs that pass the end of a row are
 * clipped, codes beyond the last row are not read. Every step eats two bytes at
 * least, so the time is bound by the file and by the pixels.
 */
export function readRunLengths(
  codes: Uint8Array,
  width: number,
  height: number,
  bits: 4 | 8,
): RunLengthPixels {
  const indices = new Uint8Array(width * height);
  let [x, y, at, defined] = [0, 0, 0, 0];
  let ended = false;
  while (at + 1 < codes.length && y < height && !ended) {
    const count = codes[at]!;
    const value = codes[at + 1]!;
    at += 2;
    if (count > 0) {
      const end = Math.min(x + count, width);
      const start = y * width + x;
      if (bits === 8) indices.fill(value, start, y * width + end);
      else fillPair(indices, value, start, y * width + end);
      defined += end - x;
      x = end;
    } else if (value === END_OF_LINE) {
      x = 0;
      y++;
    } else if (value === END_OF_BITMAP) {
      ended = true;
    } else if (value === DELTA) {
      x = Math.min(x + (codes[at] ?? 0), width);
      y += codes[at + 1] ?? 0;
      at += 2;
    } else {
      const bytes = bits === 8 ? value : (value + 1) >> 1;
      const there = Math.min(value, ((codes.length - at) * 8) / bits);
      const end = Math.min(x + there, width);
      const row = y * width;
      for (let pixel = 0; x < end; x++, pixel++) {
        indices[row + x] =
          bits === 8
            ? codes[at + pixel]!
            : (codes[at + (pixel >> 1)]! >> (pixel & 1 ? 0 : 4)) & 15;
        defined++;
      }
      at += bytes + (bytes & 1);
    }
  }
  const rows = ended ? height : Math.min(y + (x === width ? 1 : 0), height);
  return { indices, defined, rows, length: Math.min(at, codes.length) };
}

/** RLE4's runs alternate between two pixels. */
function fillPair(
  indices: Uint8Array,
  pair: number,
  start: number,
  end: number,
): void {
  for (let at = start; at < end; at += 2) indices[at] = pair >> 4;
  for (let at = start + 1; at < end; at += 2) indices[at] = pair & 15;
}
