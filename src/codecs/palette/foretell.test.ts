// Claims about foretelling how a picture would be drawn in its palette.

import assert from "node:assert/strict";
import { test } from "node:test";

import { choosePalette } from "./choose.ts";
import { doubtOf, likelyPalette, likelySetting } from "./foretell.ts";
import type { Picture } from "./picture.ts";
import { ditherFrom, reduced } from "./reduce.ts";

/** A gradient, which bands in few colors. */
function gradient(width: number, height: number): Picture {
  const data = new Uint8Array(width * height * 3);
  for (let at = 0; at < width * height; at++) {
    const [x, y] = [(at % width) / width, Math.floor(at / width) / height];
    data[3 * at] = 40 + 150 * x;
    data[3 * at + 1] = 60 + 120 * y;
    data[3 * at + 2] = 90 + 40 * (x + y);
  }
  return { width, height, channels: 3, data };
}

const large = gradient(1200, 1000);
const palette = await choosePalette(large);
const quick = await likelyPalette(large);

for (const [claim, undithered, dithered, strength] of [
  ["no dithering where that scores enough", 5, 5, 0],
  ["dithering where its score is asked for", 101, 5, 0.5],
] as const) {
  test(`foretold from squares: ${claim}, as the whole is drawn`, () => {
    const settings = ditherFrom(undithered, dithered);
    const likely = likelySetting(large, quick, settings);
    assert.equal(likely?.setting.strength, strength);
    assert.equal(likely.doubt, 0);
    assert.equal(reduced(large, palette, settings)?.strength, strength);
  });
}

test("what no setting reaches is not foretold", () => {
  const settings = ditherFrom(101, 101);
  assert.equal(likelySetting(large, quick, settings), undefined);
});

test("doubt is full where a score lies on what it must reach, and gone 4 points off", () => {
  assert.equal(doubtOf([0]), 1);
  assert.equal(doubtOf([-1, 7]), 0.75);
  assert.equal(doubtOf([-9, 2]), 0.5);
  assert.equal(doubtOf([-4, 30]), 0);
});
