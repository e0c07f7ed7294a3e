// Claims about the weights of a resampling: what a target sample is made of, at every ratio and edge.

import assert from "node:assert/strict";
import { test } from "node:test";

import { lanczosTaps } from "./lanczos.ts";

/** The weights of target sample `at`, by source sample. */
function weightsOf(
  taps: ReturnType<typeof lanczosTaps>,
  at: number,
): ReadonlyMap<number, number> {
  const start = taps.start[at]!;
  const weights = taps.weights.subarray(start, start + taps.count[at]!);
  return new Map(
    Array.from(weights, (w, index) => [taps.first[at]! + index, w]),
  );
}

const near = (a: number, b: number): boolean => Math.abs(a - b) < 1e-6;

/** Length of the source, of the target, and the part of the source that is shown. */
const cases: readonly (readonly [
  claim: string,
  length: number,
  target: number,
  from: number,
  span: number,
])[] = [
  ["a half", 100, 50, 0, 100],
  ["an odd reduction", 101, 17, 0, 101],
  ["to one sample", 77, 1, 0, 77],
  ["from one sample to one", 1, 1, 0, 1],
  ["from one sample to many", 1, 9, 0, 1],
  ["twice the size", 20, 40, 0, 20],
  ["an odd enlargement", 7, 100, 0, 7],
  ["the same size", 31, 31, 0, 31],
  ["a cropped part, at fractions", 90, 25, 12.25, 61.5],
  ["more than 100:1", 5000, 40, 0, 5000],
];
for (const [claim, length, target, from, span] of cases) {
  test(`every sample's weights sum to 1 and lie in the source: ${claim}`, () => {
    const taps = lanczosTaps(length, target, from, span);
    assert.equal(taps.first.length, target);
    for (let at = 0; at < target; at++) {
      const weights = weightsOf(taps, at);
      const sum = [...weights.values()].reduce((total, w) => total + w, 0);
      assert.ok(Math.abs(sum - 1) < 1e-5, `sample ${at}: ${sum}`);
      assert.ok(weights.size >= 1 && weights.size <= taps.most);
      for (const index of weights.keys()) {
        assert.ok(index >= 0 && index < length, `sample ${at}: ${index}`);
      }
    }
  });

  test(`the right half mirrors the left: ${claim}`, () => {
    const taps = lanczosTaps(length, target, from, span);
    const mirrored = lanczosTaps(length, target, length - from - span, span);
    for (let at = 0; at < target; at++) {
      const [left, right] = [
        weightsOf(taps, at),
        weightsOf(mirrored, target - 1 - at),
      ];
      for (const [index, weight] of left) {
        const other = right.get(length - 1 - index) ?? 0;
        assert.ok(Math.abs(weight - other) < 1e-5, `${at}: ${index}`);
      }
    }
  });
}

test("at the same size each sample is its own", () => {
  const taps = lanczosTaps(9, 9, 0, 9);
  for (let at = 0; at < 9; at++) {
    for (const [index, weight] of weightsOf(taps, at)) {
      assert.ok(
        near(weight, index === at ? 1 : 0),
        `${at}: ${index} ${weight}`,
      );
    }
  }
});

test("at 2:1 the filter is twice as wide, and weighs as Lanczos3 does", () => {
  const weights = weightsOf(lanczosTaps(100, 50, 0, 100), 25);
  const sinc = (x: number): number => Math.sin(Math.PI * x) / (Math.PI * x);
  // The sample's centre lies between source samples 50 and 51; 6 stand on each side.
  const expected = [0.25, 0.75, 1.25, 1.75, 2.25, 2.75].map(
    (x) => sinc(x) * sinc(x / 3),
  );
  const sum = 2 * expected.reduce((total, w) => total + w, 0);
  for (const [step, weight] of expected.entries()) {
    assert.ok(near(weights.get(51 + step)!, weight / sum), `step ${step}`);
    assert.ok(near(weights.get(50 - step)!, weight / sum), `step ${step}`);
  }
});

test("beyond the edge the last sample repeats", () => {
  const inside = weightsOf(lanczosTaps(100, 50, 0, 100), 25);
  const edge = weightsOf(lanczosTaps(100, 50, 0, 100), 0);
  const beyond = [45, 46, 47, 48, 49, 50].reduce(
    (total, index) => total + inside.get(index)!,
    0,
  );
  assert.ok(near(edge.get(0)!, beyond), `${edge.get(0)} ${beyond}`);
});
