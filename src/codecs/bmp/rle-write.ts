// Writes palette indices as a BMP's run-length codes, in the fewest bytes that RLE8 or RLE4 can hold them.

import type { Indexed } from "./colors.ts";

/** Pixels in one run, or in one block of literals. */
const MAX_PIXELS = 255;
/** Blocks of fewer literals would read as escapes. */
const MIN_LITERALS = 3;

interface Kind {
  /** Pixels after which a run repeats: 1, or 2 in RLE4, whose runs alternate. */
  readonly period: 1 | 2;
  /** Pixels in the two bytes that literals are padded to. */
  readonly perWord: 2 | 4;
}

const RLE8: Kind = { period: 1, perWord: 2 };
const RLE4: Kind = { period: 2, perWord: 4 };

/** The codes of the whole picture, bottom row first; 4 bits need at most 16 colors. */
export function writeRunLengths(picture: Indexed, bits: 4 | 8): Uint8Array {
  const { width, height, indices } = picture;
  const search = new RowSearch(width, bits === 8 ? RLE8 : RLE4);
  const out = new Uint8Array(height * mostBytes(width));
  let at = 0;
  for (let y = height - 1; y >= 0; y--) {
    const row = indices.subarray(y * width, (y + 1) * width);
    search.solve(row);
    at =
      bits === 8
        ? emit8(row, search.steps, out, at)
        : emit4(row, search.steps, out, at);
    // The end of the bitmap is the end of the last line, too.
    out[at + 1] = y === 0 ? 1 : 0;
    at += 2;
  }
  return out.slice(0, at);
}

/** Literals alone, two bytes a block of 254, and the end of the line; up to three pixels may stand as runs. */
function mostBytes(width: number): number {
  return width + 2 * Math.ceil(width / 254) + 2 * MIN_LITERALS + 3;
}

/**
 * Finds the shortest codes of one row, from its end to its beginning: at every
 * pixel either the longest run (a shorter one is never better: dropping pixels
 * from the front of what follows cannot make it longer) or the block of
 * literals that, with all behind it, is shortest. Of blocks that pad to the
 * same remainder the best end is the front of a queue that slides with the
 * 255 pixels a block may have, so a row costs time in its width alone.
 */
class RowSearch {
  /** For every pixel that a code begins at: its pixels, negative for literals. */
  readonly steps: Int16Array;
  readonly #kind: Kind;
  /** Bytes from a pixel to the end of the row. */
  readonly #bytes: Int32Array;
  readonly #queues: readonly SlidingMinimum[];

  constructor(width: number, kind: Kind) {
    this.#kind = kind;
    this.steps = new Int16Array(width);
    this.#bytes = new Int32Array(width + 1);
    this.#queues = Array.from(
      { length: kind.perWord },
      () => new SlidingMinimum(Math.ceil(width / kind.perWord) + 1),
    );
  }

  solve(row: Uint8Array): void {
    const { period, perWord } = this.#kind;
    const bytes = this.#bytes;
    const width = row.length;
    for (const queue of this.#queues) queue.clear();
    let reach = 0;
    for (let x = width - 1; x >= 0; x--) {
      const repeats = x + period < width && row[x] === row[x + period];
      reach = repeats ? reach + 1 : Math.min(period, width - x);
      const run = Math.min(reach, MAX_PIXELS);
      let best = 2 + bytes[x + run]!;
      let step = run;
      const nearest = x + MIN_LITERALS;
      if (nearest <= width) {
        this.#queues[nearest % perWord]!.push(
          nearest,
          Math.floor(nearest / perWord) * 2 + bytes[nearest]!,
        );
      }
      for (let residue = 0; residue < perWord; residue++) {
        const end = this.#queues[residue]!.least(x + MAX_PIXELS);
        if (end < 0) continue;
        const words = Math.ceil((end - x) / perWord);
        const total = 2 + 2 * words + bytes[end]!;
        if (total < best) {
          best = total;
          step = x - end;
        }
      }
      bytes[x] = best;
      this.steps[x] = step;
    }
  }
}

/** The least value among those pushed at falling positions that are not beyond a falling limit. */
class SlidingMinimum {
  readonly #positions: Int32Array;
  readonly #values: Int32Array;
  #front = 0;
  #end = 0;

  constructor(capacity: number) {
    this.#positions = new Int32Array(capacity);
    this.#values = new Int32Array(capacity);
  }

  clear(): void {
    this.#front = 0;
    this.#end = 0;
  }

  push(position: number, value: number): void {
    while (this.#end > this.#front && this.#values[this.#end - 1]! >= value) {
      this.#end--;
    }
    this.#positions[this.#end] = position;
    this.#values[this.#end] = value;
    this.#end++;
  }

  /** The position of the least value at or before `limit`; -1 when there is none. */
  least(limit: number): number {
    while (this.#front < this.#end && this.#positions[this.#front]! > limit) {
      this.#front++;
    }
    return this.#front < this.#end ? this.#positions[this.#front]! : -1;
  }
}

function emit8(
  row: Uint8Array,
  steps: Int16Array,
  out: Uint8Array,
  start: number,
): number {
  let at = start;
  for (let x = 0; x < row.length;) {
    const step = steps[x]!;
    if (step > 0) {
      out[at++] = step;
      out[at++] = row[x]!;
      x += step;
      continue;
    }
    out[at++] = 0;
    out[at++] = -step;
    for (const end = x - step; x < end; x++) out[at++] = row[x]!;
    at += step & 1;
  }
  return at;
}

function emit4(
  row: Uint8Array,
  steps: Int16Array,
  out: Uint8Array,
  start: number,
): number {
  let at = start;
  for (let x = 0; x < row.length;) {
    const step = steps[x]!;
    const pixels = Math.abs(step);
    const end = x + pixels;
    if (step > 0) {
      out[at++] = pixels;
      out[at++] = pair(row, x, end);
    } else {
      out[at++] = 0;
      out[at++] = pixels;
      const first = at;
      for (let from = x; from < end; from += 2)
        out[at++] = pair(row, from, end);
      at += (at - first) & 1;
    }
    x = end;
  }
  return at;
}

function pair(row: Uint8Array, x: number, end: number): number {
  return (row[x]! << 4) | (x + 1 < end ? row[x + 1]! : 0);
}
