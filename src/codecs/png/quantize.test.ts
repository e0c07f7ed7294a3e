// Claims about which settings a palette is made by: the coarsest that reaches the score, however it is looked for.

import assert from "node:assert/strict";
import { test } from "node:test";

import { coarsestReaching } from "./foretold-score.ts";
import type { PaletteSettings } from "./plan.ts";
import { toPalette } from "./quantize.ts";

/** A gradient, which bands in few colors, with a little grain. */
function gradient(width: number, height: number) {
  const pixels = Buffer.alloc(width * height * 4, 255);
  let seed = 5;
  for (let at = 0; at < width * height; at++) {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    const grain = seed >>> 30;
    const [x, y] = [at % width, Math.floor(at / width)];
    pixels[4 * at] = 40 + (150 * x) / width + grain;
    pixels[4 * at + 1] = 60 + (120 * y) / height + grain;
    pixels[4 * at + 2] = 90 + (80 * (x + y)) / (width + height) + grain;
  }
  return { width, height, pixels };
}

/** At these the gradient of 400 × 300 px scores 8, 16, 61 and 73. */
const COARSE_TO_FINE = [
  { quality: 47, speed: 10 },
  { quality: 65, speed: 10 },
  { quality: 90, speed: 10 },
  { quality: 100, speed: 5 },
] as const;
const to = (minScore: number): PaletteSettings[] =>
  COARSE_TO_FINE.map((one) => ({ ...one, minScore }));

for (const [claim, width, height] of [
  ["a picture that squares stand for", 400, 300],
  ["a picture too small for squares", 200, 150],
] as const) {
  test(`of ${claim}, the coarsest settings that reach the score`, async () => {
    const picture = gradient(width, height);
    const settings = to(50);
    const found = await toPalette(picture, settings);
    let coarsest;
    for (const one of settings) coarsest ??= await toPalette(picture, [one]);
    assert.ok(coarsest && found);
    assert.deepEqual(found.coded(), coarsest.coded());
  });
}

for (const [minScore, index] of [
  [-50, 0],
  [68, 3],
] as const) {
  test(`to reach ${minScore}, the settings are foretold that do`, async () => {
    const settings = to(minScore);
    const foretold = await coarsestReaching(gradient(400, 300), settings);
    assert.ok(foretold);
    assert.equal(foretold.setting, settings[index]);
    assert.ok(foretold.doubt >= 0 && foretold.doubt <= 1);
  });
}

test("none is foretold to reach what none does", async () => {
  const picture = gradient(400, 300);
  assert.equal(await coarsestReaching(picture, to(99)), undefined);
  assert.equal(await coarsestReaching(picture, []), undefined);
});

test("of no settings there is no palette", async () => {
  assert.equal(await toPalette(gradient(40, 30), []), undefined);
});

test("none reaches a score that no palette does", async () => {
  assert.equal(await toPalette(gradient(400, 300), to(99)), undefined);
});
