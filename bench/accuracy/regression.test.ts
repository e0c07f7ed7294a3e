// Claims about the arithmetic of the fit.

import assert from "node:assert/strict";
import { test } from "node:test";
import { isDeepStrictEqual } from "node:util";

import { valueAt } from "../../src/codecs/forecast-model.ts";
import type { Line } from "../../src/codecs/forecast-model.ts";
import { ridge, robustRidge } from "./regression.ts";
import { intervalOf, rangeOf, residualsOf } from "./residuals.ts";

const close = (value: number, expected: number, within = 1e-9): void => {
  assert.ok(
    Math.abs(value - expected) <= within,
    `${value} is not ${expected}`,
  );
};

test("a line through many points is found again", () => {
  const samples = Array.from({ length: 4000 }, (_, index) => {
    const [a, b] = [index % 20, Math.floor(index / 20) % 10];
    return { features: { a, b }, target: 0.3 + 0.02 * a - 0.5 * b };
  });
  const line = ridge(samples);
  close(line.intercept, 0.3, 1e-3);
  close(line.weights["a"]!, 0.02, 1e-4);
  close(line.weights["b"]!, -0.5, 1e-3);
  close(valueAt(line, { a: 10, b: 4 }), 0.3 + 0.2 - 2, 2e-3);
});

test("by hand: two points a deviation to each side of the mean, one sample's worth of penalty", () => {
  // Standardized x is -1 and 1; the slope is 2 / (2 + 1), back in x's own scale 2/3 over 5.
  const line = ridge([
    { features: { x: 0 }, target: 1 },
    { features: { x: 10 }, target: 3 },
  ]);
  close(line.weights["x"]!, 2 / 3 / 5);
  close(line.intercept, 2 - 5 * (2 / 3 / 5));
});

test("a feature's scale does not change what is told", () => {
  const targets = [0.1, 0.4, 0.2, 0.9];
  const at = (scale: number) =>
    ridge(
      targets.map((target, index) => ({
        features: { x: index * scale },
        target,
      })),
    );
  close(valueAt(at(1), { x: 2 }), valueAt(at(1000), { x: 2000 }));
});

test("a feature that does not vary gets no weight, one that a sample lacks is 0 in it", () => {
  const { weights, intercept } = ridge([
    { features: { still: 0.1 + 0.2, x: 1 }, target: 2 },
    { features: { still: 0.3 }, target: 1 },
  ]);
  assert.deepEqual(Object.keys(weights), ["x"]);
  close(intercept + weights["x"]! * 0.5, 1.5);
});

test("two features that say the same share the weight instead of breaking the fit", () => {
  const samples = [1, 2, 3, 4].map((x) => ({
    features: { x, twin: x },
    target: x,
  }));
  const { weights } = ridge(samples);
  close(weights["x"]!, weights["twin"]!);
  close(valueAt(ridge(samples), { x: 2.5, twin: 2.5 }), 2.5);
});

test("without samples there is nothing to fit", () => {
  assert.throws(() => ridge([]), RangeError);
});

const sample = (photo: string, x: number, target: number) => {
  return { photo, features: { x }, target };
};

test("a photograph's residuals are told by the others alone", () => {
  const others = [sample("a", 0, 1), sample("a", 1, 1), sample("b", 2, 1)];
  const odd = [sample("odd", 0, 5), sample("odd", 1, 7)];
  const residuals = residualsOf([...others, ...odd]);
  // The others tell 1 everywhere: what the odd one does cannot soften its own residual.
  close(residuals[3]!, 4);
  close(residuals[4]!, 6);
});

test("one photograph alone is told by itself", () => {
  const residuals = residualsOf([sample("a", 1, 2), sample("a", 1, 4)]);
  close(residuals[0]!, -1);
  close(residuals[1]!, 1);
});

/** A photograph for each residual. */
const each = (residuals: readonly number[]) =>
  intervalOf(
    residuals.map((_, at) => ({ photo: `${at}` })),
    residuals,
  );

test("the interval holds 80 % of what many photographs show, and more where they are few", () => {
  const upTo = (most: number): number[] =>
    Array.from({ length: 2 * most + 1 }, (_, index) => index - most);
  const many = each(upTo(5000));
  close(many.low, -4000, 2);
  close(many.high, 4000, 2);
  // 80 % times 22 / 21 is 84 %: 17.6 of 21.
  const few = each(upTo(10));
  assert.ok(few.high >= 8 && few.high <= 9, `${few.high}`);
  assert.deepEqual(each(upTo(1)), { low: -1, high: 1 });
});

test("a photograph of many files counts as one of few", () => {
  const often = [...Array<number>(12).fill(9), 0, 1, 2, 3];
  const photos = often.map((value) => ({ photo: `${value}` }));
  assert.deepEqual(intervalOf(photos, often), each([9, 0, 1, 2, 3]));
});

/** Of 400 photographs: off by up to 10 % where they were sampled, by up to 1 % else, by nothing where they were done. */
const toldInWays = Array.from({ length: 400 }, (_, photo) => {
  const off = photo / 200 - 1;
  const of = (features: Record<string, number>, residual: number) => {
    return { photo: `${photo}`, features, target: 0, residual };
  };
  return [
    of({ sampled: 1 }, off / 10),
    of({}, off / 100),
    of({ done: 1 }, off / 10_000),
  ];
}).flat();

test("the range is as wide as what was told in the same way is off", () => {
  const residuals = toldInWays.map(({ residual }) => residual);
  const range = rangeOf(toldInWays, residuals);
  const heldOf = (has: Readonly<Record<string, number>>): number => {
    const kin = toldInWays.filter(({ features }) =>
      isDeepStrictEqual(features, has),
    );
    const { least, most, ...line } = range.spread;
    const width = Math.min(most, Math.max(least, valueAt(line, has)));
    const held = kin.filter(
      ({ residual }) =>
        residual >= range.low * width && residual <= range.high * width,
    );
    return (100 * held.length) / kin.length;
  };
  for (const has of [{ sampled: 1 }, {}]) {
    const held = heldOf(has);
    assert.ok(held >= 75 && held <= 90, `${held}`);
  }
  assert.equal(heldOf({ done: 1 }), 100);
  assert.ok(range.spread.most > 8 * range.spread.least);
});

test("what strays from all others does not bend the line", () => {
  const samples = Array.from({ length: 40 }, (_, x) => ({
    features: { x },
    target: 0.1 + 0.01 * x + (x % 2 === 0 ? 0.001 : -0.001),
  }));
  const strays = [0, 1, 2].map((x) => ({ features: { x }, target: 3 }));
  const all = [...samples, ...strays];
  const at = (line: Line): number => valueAt(line, { x: 20 });
  assert.ok(at(ridge(all)) > 0.4, "the premise: squares bend it");
  close(at(robustRidge(all)), 0.3, 0.005);
});

test("what is the same everywhere is told as it is", () => {
  const { intercept } = robustRidge(
    [1, 2, 3].map(() => ({ features: {}, target: 0.2 })),
  );
  close(intercept, 0.2);
});
