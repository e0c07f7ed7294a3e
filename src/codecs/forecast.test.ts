// Claims about fitted constants: what they make of a forecast, and that broken ones are never used.

import assert from "node:assert/strict";
import { test } from "node:test";

import { bandOf, exactly } from "./forecast.ts";
import { readModel } from "./forecast-model.ts";
import type { Forecast } from "./codec.ts";
import type { ForecastModel } from "./forecast-model.ts";
import { ALL_CODECS } from "./table.ts";

const MODEL: ForecastModel = {
  command: "by hand",
  trainedOn: ["ab".repeat(32)],
  strategies: {
    coder: {
      files: 3,
      photos: 2,
      intercept: Math.log(2),
      weights: { density: Math.log(3) },
      range: {
        spread: {
          ...{ intercept: 0.25, weights: { density: 0.25, odd: 1 } },
          ...{ least: 0.25, most: 1 },
        },
        ...{ low: 2 * Math.log(0.5), high: 2 * Math.log(1.5) },
      },
    },
  },
};
const told = (features: Record<string, number>): Forecast => ({
  method: "coder",
  pixelBytes: 1000,
  besideBytes: 70,
  features,
});

test("the pixels are corrected by intercept and weights; what lies beside them is not", () => {
  assert.deepEqual(bandOf("coder", told({ density: 1 }), MODEL), {
    bytes: 6070,
    low: 3070,
    high: 9070,
  });
});

for (const [claim, odd, width] of [
  ["no wider than it ever was", 50, 1],
  ["no narrower", -50, 0.25],
] as const) {
  test(`the range is ${claim} for training files`, () => {
    const { bytes, low, high } = bandOf("coder", told({ odd }), MODEL);
    const close = (value: number, share: number) =>
      assert.ok(Math.abs(value - ((bytes - 70) * share + 70)) <= 1, `${value}`);
    close(low, 0.25 ** width);
    close(high, 2.25 ** width);
  });
}

test("what was seen whole is as it was told, and nothing is corrected", () => {
  const whole = { ...told({ density: 1 }), isWhole: true };
  assert.deepEqual(bandOf("coder", whole, MODEL), exactly(1070));
});

test("a feature without a weight changes nothing", () => {
  assert.equal(bandOf("coder", told({ other: 5 }), MODEL).bytes, 2070);
});

test("a strategy that nothing was fitted to keeps its figure, in a wide range", () => {
  const { bytes, low, high } = bandOf("another", told({}), MODEL);
  assert.equal(bytes, 1070);
  assert.ok(low < 900 && high > 1250);
});

for (const [claim, broken] of [
  ["no object", 5],
  ["a missing part", { ...MODEL, strategies: { coder: { intercept: 1 } } }],
  ["a digest that is none", { ...MODEL, trainedOn: ["abc"] }],
  [
    "a weight in words",
    {
      ...MODEL,
      strategies: {
        coder: { ...MODEL.strategies["coder"], weights: { a: "1" } },
      },
    },
  ],
  ["something unknown", { ...MODEL, more: 1 }],
] as const) {
  test(`constants with ${claim} are refused, naming the row`, () => {
    assert.throws(() => readModel(broken, "a row"), /constants of a row/);
  });
}

for (const { id, strategies, forecasts } of ALL_CODECS) {
  test(`what was fitted to ${id} are its own strategies`, () => {
    const own = new Set([...strategies.map(({ name }) => name), "header"]);
    for (const name of Object.keys(forecasts?.strategies ?? {})) {
      assert.ok(own.has(name), name);
    }
  });
}
