// Claims about fitted constants and the file that holds them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { bandOf } from "../../src/codecs/forecast.ts";
import { readModel } from "../../src/codecs/forecast-model.ts";
import { fitAll } from "./fit.ts";
import { modelText } from "./model-file.ts";
import type { Observation } from "./observe.ts";

/** Of eight photographs at four settings: what is made is 0.9 times what is told, and less where it is dense. */
const observations: Observation[] = Array.from({ length: 32 }, (_, index) => {
  const photo = Math.floor(index / 4);
  const density = (index % 4) - 2;
  // Photographs differ by ± 1 %.
  const own = photo % 2 === 0 ? 0.01 : -0.01;
  return {
    ...{ strategy: "fold", file: `${photo}.x`, photo: `${photo}` },
    setting: "low",
    features: { density },
    target: Math.log(0.9) - 0.05 * density + own,
  };
});

test("a band from fitted constants holds what was learnt", () => {
  const [fit] = fitAll(observations);
  assert.ok(fit);
  const { model } = fit;
  assert.deepEqual([model.files, model.photos, fit.rows], [8, 8, 32]);
  const strategies = { fold: model };
  const band = bandOf(
    "fold",
    {
      method: "fold",
      ...{ pixelBytes: 100_000, besideBytes: 500, features: { density: 1 } },
    },
    { command: "", trainedOn: [], strategies },
  );
  const truth = 100_000 * 0.9 * Math.exp(-0.05) + 500;
  assert.ok(Math.abs(band.bytes / truth - 1) < 0.005, `${band.bytes}`);
  assert.ok(band.low < truth * 0.991 && band.high > truth * 1.009);
  assert.ok(fit.told.error > 7 && fit.fitted.error < 2);
});

test("what headers tell has one width, whatever they say", () => {
  const uneven = observations.map((one, at) => {
    return { ...one, target: one.target + (at % 4 === 0 ? at / 100 : 0) };
  });
  const rangeOf = (strategy: string) =>
    fitAll(uneven.map((one) => ({ ...one, strategy })))[0]!.model.range;
  assert.ok(rangeOf("fold").spread.weights["density"] !== 0);
  assert.deepEqual(rangeOf("header").spread.weights, {});
});

test("strategies are fitted apart, in the order of their names", () => {
  const other = observations.map((one) => ({ ...one, strategy: "bend" }));
  const fits = fitAll([...observations, ...other]);
  assert.deepEqual(
    fits.map(({ strategy }) => strategy),
    ["bend", "fold"],
  );
});

test("the same constants are the same bytes, and a row reads them", () => {
  const [fit] = fitAll(observations);
  const [again] = fitAll(observations);
  const file = (trainedOn: string[], model = fit!.model) =>
    modelText({ command: "x", trainedOn, strategies: { fold: model } });
  const hashes = ["b".repeat(64), "a".repeat(64)];
  const text = file(hashes);
  assert.equal(text, file(hashes.toReversed(), again!.model));
  const read = readModel(JSON.parse(text), "here");
  assert.deepEqual(read.trainedOn, hashes.toSorted());
  assert.match(text, /"density": -0\.0\d{5,6}\b/);
});

test("constants with a stranger among them are refused", () => {
  const model = { command: "x", trainedOn: ["short"], strategies: {} };
  assert.throws(() => readModel(model, "here"), /here are broken/);
});
