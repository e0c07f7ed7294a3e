// Tests that randomness and noise are the same everywhere and look as they claim.

import assert from "node:assert/strict";
import { test } from "node:test";

import { fractalNoise } from "./noise.ts";
import { grain, hashAt, randomFrom } from "./random.ts";

test("gives the published sequence of mulberry32", () => {
  const random = randomFrom(0);
  assert.deepEqual([random(), random()], [1144304738, 1416247]);
});

test("grain has mean 0 and deviation 1", () => {
  const random = randomFrom(5);
  const values = Array.from({ length: 20_000 }, () => grain(random));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const power = values.reduce((sum, value) => sum + value * value, 0);
  assert.ok(Math.abs(mean) < 0.02, `mean ${mean}`);
  assert.ok(Math.abs(power / values.length - 1) < 0.03);
});

test("a hash depends on each coordinate and on the seed", () => {
  const hashes = [
    hashAt(1, 2, 3),
    hashAt(2, 1, 3),
    hashAt(1, 3, 3),
    hashAt(1, 2, 4),
  ];
  assert.equal(new Set(hashes).size, hashes.length);
});

test("noise is continuous, and 0 on the points of its grid", () => {
  const rowOf = fractalNoise({ width: 256, cell: 64, octaves: 1, seed: 9 });
  const row = [...rowOf(64)];
  assert.equal(row[128], 0);
  row.slice(1).forEach((value, index) => {
    assert.ok(Math.abs(value - (row[index] ?? 0)) < 0.08);
  });
});
