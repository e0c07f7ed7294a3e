// Claims about HEIC settings: what is asked for, and sources that are already there.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Quality } from "../../image/intent.ts";
import { convertSettings, looksAsAsked, reencodeSettings } from "./plan.ts";
import { qualityOfQuantizer } from "./quality.ts";

const look = (value: number): Quality => ({ scale: "look", value });
const SMALL = {
  width: 1000,
  height: 1000,
  bitDepth: 8,
  chroma: "420",
} as const;

test("a better look never costs less quality", () => {
  const found = Array.from(
    { length: 100 },
    (_, at) => reencodeSettings(look(at + 1), SMALL).quality,
  );
  assert.deepEqual(
    found,
    found.toSorted((a, b) => a - b),
  );
});

test("large pictures are coded in a hurry, at the quality that looks alike", () => {
  const large = { ...SMALL, width: 4032, height: 3024 };
  assert.partialDeepStrictEqual(reencodeSettings(look(60), large), {
    preset: "ultrafast",
    quality: 38,
  });
  assert.partialDeepStrictEqual(reencodeSettings(look(60), SMALL), {
    preset: "medium",
    quality: 40,
  });
});

for (const [bitDepth, depth] of [
  [8, 8],
  [10, 10],
  [12, 12],
] as const) {
  test(`${bitDepth} bits stay ${depth}`, () => {
    const settings = reencodeSettings(look(60), { ...SMALL, bitDepth });
    assert.equal(settings.depth, depth);
  });
}

test("full chroma stays full from 80 on", () => {
  const full = { ...SMALL, chroma: "444" } as const;
  assert.equal(reencodeSettings(look(79), full).chroma, "420");
  assert.equal(reencodeSettings(look(80), full).chroma, "444");
});

test("/convert's quality goes to the encoder as it stands, 0 as its lowest", () => {
  const encoding = {
    speed: 6,
    depth: 10,
    chroma: "422",
    lossless: false,
  } as const;
  const asked = (value: number) =>
    convertSettings({ scale: "encoder", value }, encoding, 1e6);
  assert.deepEqual(
    [asked(0).quality, asked(55).quality, asked(100).quality],
    [1, 55, 100],
  );
  assert.partialDeepStrictEqual(asked(55), { depth: 10, chroma: "422" });
});

test("a quantizer says a quality that falls as it rises", () => {
  const found = Array.from({ length: 52 }, (_, at) => qualityOfQuantizer(at));
  assert.deepEqual(
    found,
    found.toSorted((a, b) => b - a),
  );
  assert.deepEqual([found[0], found[23], found[51]], [100, 47, 1]);
});

test("what was made at a look is there already, and an unknown source is not", () => {
  for (const value of [1, 40, 60, 80, 99]) {
    const { quality } = reencodeSettings(look(value), SMALL);
    assert.ok(looksAsAsked({ sourceQuality: quality }, look(value)));
  }
  assert.ok(!looksAsAsked({}, look(60)));
});
