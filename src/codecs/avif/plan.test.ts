// Claims about AVIF settings: speed, quality, depth and chroma as asked, within what encoders take.

import assert from "node:assert/strict";
import { test } from "node:test";

import { avifencQuantizer, avifSettings, effortFor } from "./plan.ts";

const SMALL = { width: 1000, height: 1000 };
const ENCODING = {
  speed: 6,
  depth: 8,
  chroma: "420",
  lossless: false,
} as const;

for (const [speed, effort] of [
  [0, 9],
  [1, 8],
  [6, 3],
  [9, 0],
  [10, 0],
] as const) {
  test(`speed ${speed} is effort ${effort}`, () => {
    assert.deepEqual(effortFor(speed, SMALL), { effort, capped: false });
  });
}

for (const [width, speed, wanted] of [
  [2000, 0, { effort: 9, capped: false }],
  [2001, 0, { effort: 1, capped: true }],
  [2001, 7, { effort: 1, capped: true }],
  [2001, 8, { effort: 1, capped: false }],
  [2001, 9, { effort: 0, capped: false }],
] as const) {
  test(`at ${width} × 3000 px speed ${speed} is effort ${wanted.effort}${wanted.capped ? ", and said to be capped" : ""}`, () => {
    assert.deepEqual(effortFor(speed, { width, height: 3000 }), wanted);
  });
}

const QUALITIES = Array.from(
  { length: 101 },
  (_, value) => ({ scale: "encoder", value }) as const,
);

test("quality goes to the encoder as it stands, 0 as its lowest", () => {
  const found = QUALITIES.map(
    (quality) => avifSettings(quality, ENCODING, 3).quality,
  );
  assert.deepEqual(found, [1, ...QUALITIES.slice(1).map(({ value }) => value)]);
});

test("avifenc's quantizer falls from 63 to 0 as quality rises", () => {
  const found = QUALITIES.map(avifencQuantizer);
  assert.deepEqual(
    found,
    found.toSorted((a, b) => b - a),
  );
  assert.deepEqual([found[0], found[100]], [63, 0]);
});

for (const [chroma, wanted] of [
  ["420", "4:2:0"],
  ["444", "4:4:4"],
  ["422", "4:4:4"],
] as const) {
  test(`chroma ${chroma} is ${wanted} in sharp: never less than asked`, () => {
    const settings = avifSettings(
      { scale: "encoder", value: 60 },
      { ...ENCODING, chroma },
      3,
    );
    assert.equal(settings.chromaSubsampling, wanted);
  });
}

test("depth is as asked", () => {
  for (const depth of [8, 10] as const) {
    const settings = avifSettings(
      { scale: "encoder", value: 60 },
      { ...ENCODING, depth },
      3,
    );
    assert.equal(settings.bitdepth, depth);
  }
});
