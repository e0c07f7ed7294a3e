// Claims about frames in one raster: taken apart in order without a copy, and put together as they were.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { RawPixels } from "../codecs/codec.ts";
import { framesOf, stacked } from "./frames.ts";

/** Two columns, `rows` rows, samples counting up. */
function raster(
  rows: number,
  channels: RawPixels["channels"],
  deep: boolean,
): RawPixels {
  const samples = 2 * rows * channels;
  const data = deep ? new Uint16Array(samples) : new Uint8Array(samples);
  for (let at = 0; at < samples; at++) data[at] = at;
  return { data, width: 2, height: rows, channels };
}

for (const deep of [false, true]) {
  const bits = deep ? 16 : 8;
  for (const channels of [1, 2, 3, 4] as const) {
    test(`three frames of ${channels} channels of ${bits} bits come apart in order, and together as they were`, () => {
      const all = raster(6, channels, deep);
      const frames = framesOf(all, 3);
      const samples = 2 * 2 * channels;
      assert.deepEqual(
        frames.map(({ width, height, data }) => [
          width,
          height,
          data.length,
          data[0],
        ]),
        [0, 1, 2].map((index) => [2, 2, samples, index * samples]),
      );
      assert.deepEqual(stacked(frames), all);
    });
  }
}

test("frames are views: what is written to one is in the raster", () => {
  const all = raster(4, 3, false);
  framesOf(all, 2)[1]!.data[0] = 200;
  assert.equal(all.data[12], 200);
});

test("one frame is the raster itself", () => {
  const all = raster(3, 4, true);
  assert.deepEqual(framesOf(all, 1), [all]);
  assert.deepEqual(stacked([all]), all);
});

test("no frames are no raster", () => {
  assert.throws(() => stacked([]), RangeError);
});
