// Tests the core manifest: names, coverage, and the pins of all pictures but the large ones, which `bench corpus verify` draws.

import assert from "node:assert/strict";
import { test } from "node:test";

import { drawEntry, filesOf, type Entry } from "./entry.ts";
import { GENERATORS } from "./generators/table.ts";
import { CORE } from "./manifest.ts";
import { fingerprint } from "./picture.ts";
import { RECIPES } from "./recipes.ts";

/** Pixels of all frames that a test may take the time to draw. */
const MOST_PIXELS = 500_000;

const entries: readonly Entry[] = CORE;

test("no two files share a name", () => {
  const names = entries.flatMap(filesOf).map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
});

test("every generator and every recipe is in the core", () => {
  const drawn = new Set(entries.map(({ generator }) => generator));
  const made = new Set(entries.flatMap(({ files }) => Object.keys(files)));
  assert.deepEqual(Object.keys(GENERATORS).toSorted(), [...drawn].toSorted());
  assert.deepEqual(Object.keys(RECIPES).toSorted(), [...made].toSorted());
});

for (const entry of entries) {
  const { width, height, frames = 1 } = entry;
  const isLarge = width * height * frames > MOST_PIXELS;
  test(`${entry.name} has the pinned pixels`, { skip: isLarge }, () => {
    assert.equal(fingerprint(drawEntry(entry)), entry.pixelSha256);
  });
}

test("another seed draws other pixels", () => {
  const order = { width: 48, height: 32, frames: 1 };
  const draw = (seed: number) =>
    fingerprint(GENERATORS.photo_perlin({ ...order, seed }));
  assert.equal(draw(1), draw(1));
  assert.notEqual(draw(1), draw(2));
});
