// Claims about the table of weights and the curve from errors to a score.

import assert from "node:assert/strict";
import { test } from "node:test";
import { channelWeights, ErrorTotals, SCALES } from "./error-weights.ts";

function scoreOf(channel: number, scale: number, sums: number[]): number {
  const totals = new ErrorTotals();
  for (let s = 0; s < SCALES; s++) totals.addPixels(s, 10);
  totals.addErrors(channel, scale, Float64Array.from(sums));
  return totals.score();
}

test("25 weights count, in 12 channels of the first 5 scales", () => {
  const all = [0, 1, 2].flatMap((channel) =>
    [0, 1, 2, 3, 4, 5].map((scale) => ({
      scale,
      weights: channelWeights(channel, scale).filter((weight) => weight > 0),
    })),
  );
  const counted = all.filter(({ weights }) => weights.length > 0);
  assert.equal(counted.flatMap(({ weights }) => weights).length, 25);
  assert.equal(counted.length, 11);
  assert.equal(Math.max(...counted.map(({ scale }) => scale)), SCALES - 1);
});

test("no errors score 100, and more errors score less", () => {
  assert.equal(scoreOf(1, 2, [0, 0, 0, 0, 0, 0]), 100);
  const scores = [0.01, 0.1, 0.5, 1].map((e) =>
    scoreOf(1, 2, [e, 0, 0, 0, 0, 0]),
  );
  for (const [i, score] of scores.entries())
    assert.ok(score < (scores[i - 1] ?? 100), scores.join());
});

test("the 4-norm weighs one large error above many small ones", () => {
  const spread = scoreOf(1, 0, [0, 0, 0, 10 * 0.1 ** 4, 0, 0]);
  const concentrated = scoreOf(1, 0, [0, 0, 0, 1 ** 4, 0, 0]);
  assert.ok(concentrated < spread);
});
