// Claims about tests between means, on data whose answers are published.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  chanceOf,
  cohensD,
  difference,
  estimateOf,
  exactly,
  holm,
} from "./estimate.ts";
import type { Estimate } from "./estimate.ts";

/** Hours of sleep gained under two drugs by the same ten patients: Student, Biometrika 6 (1908), as in R's `sleep`. */
const FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2];
const SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];

function t({ value, variance }: Estimate): number {
  return value / Math.sqrt(variance);
}

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual / expected - 1) < 1e-4, `${actual}`);
}

test("Welch's test says of Student's sleepers what R's t.test says", () => {
  const found = difference(estimateOf(FIRST), estimateOf(SECOND));
  near(t(found), -1.8608);
  near(found.degrees, 17.7765);
  near(chanceOf(found), 0.079394);
});

test("so does the paired test", () => {
  const found = estimateOf(FIRST.map((value, i) => value - SECOND[i]!));
  near(t(found), -4.0621);
  assert.equal(found.degrees, 9);
  near(chanceOf(found), 0.0028329);
});

test("taking away what is known moves the mean alone", () => {
  const known = difference(estimateOf(FIRST), exactly(0.5));
  const plain = estimateOf(FIRST);
  near(known.value, plain.value - 0.5);
  near(known.degrees, plain.degrees);
  assert.equal(known.variance, plain.variance);
});

test("Cohen's d of the sleepers is 0.83, and 0 beyond the difference itself", () => {
  near(cohensD(FIRST, SECOND) ?? 0, 0.83218);
  const d = cohensD(FIRST, SECOND, 1.58) ?? 1;
  assert.ok(Math.abs(d) < 1e-12);
});

test("one value on a side shows nothing, values without spread show everything", () => {
  const alone = difference(estimateOf([5]), estimateOf([1, 2, 3]));
  assert.equal(chanceOf(alone), 1);
  const still = difference(estimateOf([5, 5]), estimateOf([4, 4]));
  assert.equal(chanceOf(still), 0);
  assert.equal(chanceOf(difference(estimateOf([5, 5]), estimateOf([5, 5]))), 1);
  assert.equal(cohensD([5, 5], [4, 4]), null);
  assert.throws(() => estimateOf([]), RangeError);
});

test("a spread known before counts as so many more values", () => {
  const prior = { variance: 4, degrees: 4 };
  const known = estimateOf([1, 3], prior);
  // (1 × 2 + 4 × 4) / 5, of two values.
  assert.deepEqual(known, { value: 2, variance: 1.8, degrees: 5 });
  assert.deepEqual(estimateOf([7], prior), { value: 7, ...prior });
});

test("Holm's correction is R's p.adjust, in the order given", () => {
  const corrected = holm([0.01, 0.04, 0.03, 0.005]);
  for (const [index, expected] of [0.03, 0.06, 0.06, 0.02].entries()) {
    near(corrected[index]!, expected);
  }
  assert.deepEqual(holm([0.9, 0.8]), [1, 1]);
  assert.deepEqual(holm([]), []);
});
