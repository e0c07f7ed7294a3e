// Claims about the settings of palettes: a lower look tries all that a higher one does, so that it never ends in more bytes.

import assert from "node:assert/strict";
import { test } from "node:test";

import { paletteSettings, reductionSettings } from "./plan.ts";

const coded = (value: number): string[] =>
  paletteSettings({ scale: "look", value }).map(
    ({ quality, speed }) => `${quality} at ${speed}`,
  );

test("below 70 every look has the settings of all higher ones at hand", () => {
  for (let value = 1; value < 69; value++) {
    const own = coded(value);
    for (const setting of coded(value + 1))
      assert.ok(own.includes(setting), `${setting} for look ${value}`);
  }
});

test("settings go from coarse to fine, for one score", () => {
  for (const value of [1, 40, 69, 75, 80, 90, 100]) {
    const settings = paletteSettings({ scale: "look", value });
    const qualities = settings.map(({ quality }) => quality);
    assert.deepEqual(
      qualities,
      qualities.toSorted((a, b) => a - b),
    );
    assert.equal(new Set(settings.map(({ minScore }) => minScore)).size, 1);
  }
});

test("the more pixels, the quicker the ways to reduce them", () => {
  const ways = (width: number, look = 60) => {
    const facts = { width, height: 1000, frames: 1 };
    const quality = { scale: "look", value: look } as const;
    const { quantized, drawn } = reductionSettings(quality, facts);
    return [quantized.map(({ speed }) => speed), drawn.length > 0] as const;
  };
  const [speeds, draws] = ways(1500);
  assert.ok(speeds.includes(5) && !draws);
  const [fast, drawsToo] = ways(1501);
  assert.ok(fast.every((speed) => speed === 10) && fast.length > 0 && drawsToo);
  assert.deepEqual(ways(4001), [[], true]);
  assert.deepEqual(ways(1501, 90), [[], true], "only the slowest would do");
});
