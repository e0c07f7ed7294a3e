// Claims about JPEG XL settings: they rise and fall with quality, and our own results are recognized.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Quality } from "../../image/intent.ts";
import {
  convertSettings,
  isDrawn,
  looksAsAsked,
  lossySettings,
  minScoreFor,
} from "./plan.ts";
import { distanceOf, MAX_DISTANCE, qualityOf } from "./quality.ts";

const SMALL = { width: 800, height: 600 };
const LARGE = { width: 4000, height: 3000 };
const look = (value: number): Quality => ({ scale: "look", value });
const ALL = Array.from({ length: 100 }, (_, at) => at + 1);

test("distance falls and the floor rises with every step of quality", () => {
  const distances = ALL.map(
    (value) => lossySettings(look(value), SMALL).distance,
  );
  for (const [at, distance] of distances.entries()) {
    assert.ok(distance > 0 && distance <= MAX_DISTANCE);
    assert.ok(at === 0 || distance <= distances[at - 1]!, String(at));
  }
  const floors = ALL.map((value) => minScoreFor(look(value)));
  assert.deepEqual(
    floors,
    floors.toSorted((a, b) => a - b),
  );
});

for (const [quality, distance] of [
  [100, 0.1],
  [90, 1],
  [75, 2.35],
  [30, 6.4],
  [0, 25],
] as const) {
  test(`quality ${quality} is distance ${distance}`, () => {
    assert.ok(Math.abs(distanceOf(quality) - distance) < 0.01);
  });
}

for (const [quantizer, quality] of [
  [0.091, 100],
  [0.893, 90],
  [1.786, 79],
  [2.64, 68],
  [3.92, 35],
  [6.784, 10],
] as const) {
  test(`quantizer ${quantizer} reads as quality ${quality}`, () => {
    assert.ok(
      Math.abs(qualityOf(quantizer) - quality) <= 1,
      String(qualityOf(quantizer)),
    );
  });
}

test("q goes to libjxl as it stands, and 100 is lossless", () => {
  const distance = (value: number, lossless = false): number =>
    convertSettings(
      {
        quality: { scale: "encoder", value },
        encoding: { speed: 6, depth: 8, chroma: "420", lossless },
      },
      SMALL,
    ).distance;
  assert.equal(distance(90), 1);
  assert.equal(distance(99), 0.19);
  assert.equal(distance(100), 0);
  assert.equal(distance(40, true), 0);
  assert.ok(distance(0) <= MAX_DISTANCE);
});

test("photos above 4 MP are encoded fast, drawings and small pictures well", () => {
  assert.equal(lossySettings(look(80), SMALL).effort, 7);
  assert.equal(lossySettings(look(80), LARGE).effort, 3);
  assert.equal(lossySettings(look(80), LARGE, true).effort, 7);
});

test("a lossless file of few bits a pixel is a drawing", () => {
  const facts = { width: 1000, height: 1000, lossy: false } as const;
  const of = (bytes: number, lossy = false): boolean =>
    isDrawn({ ...facts, bytes, lossy } as Parameters<typeof isDrawn>[0]);
  assert.deepEqual(
    [of(200_000), of(600_000), of(200_000, true)],
    [true, false, false],
  );
});

test("our own results look as asked, and no better than a few points more", () => {
  assert.equal(looksAsAsked({ sourceQuality: 79 }, look(80)), true);
  assert.equal(looksAsAsked({ sourceQuality: 82 }, look(80)), true);
  assert.equal(looksAsAsked({ sourceQuality: 83 }, look(80)), false);
  assert.equal(looksAsAsked({}, look(80)), false);
});
