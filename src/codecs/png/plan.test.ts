// Claims about the settings of palettes: a lower look tries all that a higher one does, so that it never ends in more bytes.

import assert from "node:assert/strict";
import { test } from "node:test";

import { paletteSettings } from "./plan.ts";

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
