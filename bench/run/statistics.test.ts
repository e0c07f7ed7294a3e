// Claims about summing up.

import assert from "node:assert/strict";
import { test } from "node:test";

import { geometricMean, percentile, summarize } from "./statistics.ts";

test("percentiles are linear between neighbors, whatever the order", () => {
  const values = [40, 10, 30, 20];
  const cases = [
    [0, 10],
    [50, 25],
    [75, 32.5],
    [100, 40],
  ] as const;
  for (const [percent, expected] of cases) {
    assert.equal(percentile(values, percent), expected);
  }
});

test("one outlier moves p99 and leaves median and MAD alone", () => {
  const steady = summarize([10, 11, 12, 13, 14]);
  const disturbed = summarize([10, 11, 12, 13, 900]);
  assert.deepEqual([steady.p50, steady.mad], [12, 1]);
  assert.deepEqual([disturbed.p50, disturbed.mad], [12, 1]);
  assert.ok(disturbed.p99 > 800);
});

test("no values have no percentile", () => {
  assert.throws(() => summarize([]), RangeError);
});

test("of a ratio and its inverse the geometric mean is 1", () => {
  assert.ok(Math.abs(geometricMean([4, 0.25]) - 1) < 1e-12);
});
