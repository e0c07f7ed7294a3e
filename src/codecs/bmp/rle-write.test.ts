// Claims about our run-length codes: they read back as they were, and none are shorter.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Indexed } from "./colors.ts";
import { readRunLengths } from "./rle-read.ts";
import { writeRunLengths } from "./rle-write.ts";

function picture(width: number, rows: readonly (readonly number[])[]): Indexed {
  return {
    width,
    height: rows.length,
    colors: 256,
    palette: new Uint8Array(768),
    indices: Uint8Array.from(rows.flat()),
  };
}

/** A pseudo-random row that repeats itself now and then (by its seed). */
function randomRow(width: number, colors: number, seed: number): number[] {
  let state = seed;
  const roll = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const row: number[] = [];
  while (row.length < width) {
    const again = row.at(-1 - Math.floor(roll() * 2)) ?? 0;
    row.push(roll() < 0.6 ? again : Math.floor(roll() * colors));
  }
  return row;
}

/** Bytes of the shortest codes of a row, by trying every code at every pixel. */
function shortest(row: readonly number[], bits: 4 | 8): number {
  const period = bits === 8 ? 1 : 2;
  const best = [...row, 0].map(() => 0);
  for (let x = row.length - 1; x >= 0; x--) {
    let least = Infinity;
    for (let end = x + 1; end <= Math.min(row.length, x + 255); end++) {
      const isRun = row
        .slice(x + period, end)
        .every((value, at) => value === row[x + at]);
      if (isRun) least = Math.min(least, 2 + (best[end] ?? 0));
      const words = Math.ceil(((end - x) * bits) / 16);
      if (end - x >= 3)
        least = Math.min(least, 2 + 2 * words + (best[end] ?? 0));
    }
    best[x] = least;
  }
  return best[0] ?? 0;
}

for (const bits of [4, 8] as const) {
  test(`RLE${bits} reads back as it was written, whatever the width`, () => {
    for (let width = 1; width < 70; width++) {
      const rows = [1, 2, 3].map((seed) =>
        randomRow(width, 2 ** bits, seed * width),
      );
      const codes = writeRunLengths(picture(width, rows), bits);
      const read = readRunLengths(codes, width, 3, bits);
      assert.deepEqual([...read.indices], rows.toReversed().flat());
      assert.equal(read.defined, width * 3);
      assert.equal(read.length, codes.length);
    }
  });

  test(`RLE${bits} is as short as codes can be`, () => {
    for (const [width, colors] of [
      [1, 2],
      [2, 2],
      [3, 9],
      [40, 2],
      [41, 3],
      [90, 4],
      [254, 16],
      [300, 2],
      [700, 5],
      [600, 16],
    ] as const) {
      const row = randomRow(width, colors, width);
      const codes = writeRunLengths(picture(width, [row]), bits);
      assert.equal(
        codes.length,
        shortest(row, bits) + 2,
        `${width} of ${colors}`,
      );
    }
  });

  test(`RLE${bits} of one color, and of none alike`, () => {
    const flat = writeRunLengths(
      picture(600, [Array<number>(600).fill(3)]),
      bits,
    );
    assert.equal(flat.length, 3 * 2 + 2);
    const noise = Array.from({ length: 600 }, (_, at) => (at * 7) % 2 ** bits);
    const codes = writeRunLengths(picture(600, [noise]), bits);
    assert.ok(codes.length <= (600 * bits) / 8 + 3 * 2 + 4);
  });
}
