// Claims about comparing at equal score.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Curve, CurvePoint } from "./curve.ts";
import { costAt, MATCHED_SCORES, matchedPairs } from "./matched.ts";

const point = (
  score: number,
  bytes: number,
  cpuMs: number | null = 10,
): CurvePoint => ({ quality: 0, score, bytes, cpuMs, wallMs: 10 });

const RISING = [point(60, 1000, 10), point(80, 4000, 40)];

test("between two points the logarithm of bytes and CPU is linear in score", () => {
  const { bytes, cpuMs } = costAt(RISING, 70)!;
  assert.ok(Math.abs(bytes - 2000) < 1e-6);
  assert.ok(Math.abs((cpuMs ?? 0) - 20) < 1e-6);
});

test("the ends of a curve belong to it, what lies beyond does not", () => {
  assert.ok(Math.abs(costAt(RISING, 60)!.bytes - 1000) < 1e-6);
  assert.ok(Math.abs(costAt(RISING, 80)!.bytes - 4000) < 1e-6);
  assert.equal(costAt(RISING, 59.9), undefined);
  assert.equal(costAt(RISING, 80.1), undefined);
  assert.equal(costAt([], 70), undefined);
});

test("a point that costs more and looks no better is left out", () => {
  const dented = [...RISING, point(55, 2500)];
  assert.deepEqual(costAt(dented, 70), costAt(RISING, 70));
});

const curve = (
  contestant: string,
  kind: Curve["kind"],
  scale: number,
  output = "jpeg",
): Curve => ({
  contestant,
  kind,
  output,
  failures: [],
  points: [55, 65, 75, 85, 95].map((score) =>
    point(score, scale * 2 ** (score / 10), kind === "peer" ? null : scale),
  ),
});

test("ours stand against peers and our first encoder, settings against their first, formats apart", () => {
  const curves = [
    curve("turbo", "ours", 1),
    curve("mozjpeg", "ours", 0.8),
    curve("magick", "peer", 2),
    curve("table 0", "setting", 1),
    curve("table 2", "setting", 0.9),
    curve("ours", "ours", 1, "webp"),
  ];
  const pairs = matchedPairs([{ file: "a", curves }]);
  assert.deepEqual(
    pairs.map(({ contestant, baseline }) => `${contestant}/${baseline}`),
    ["turbo/magick", "mozjpeg/turbo", "mozjpeg/magick", "table 2/table 0"],
  );
});

test("ratios are geometric means over the pictures that both curves cover", () => {
  const sets = [0.5, 0.8].map((scale, at) => ({
    file: `${at}`,
    curves: [curve("a", "ours", 1), curve("b", "ours", scale)],
  }));
  const short = { ...curve("b", "ours", 9), points: [point(40, 1)] };
  sets.push({ file: "2", curves: [curve("a", "ours", 1), short] });
  const [pair] = matchedPairs(sets);
  assert.equal(pair?.at.length, MATCHED_SCORES.length);
  for (const ratio of pair?.at ?? []) {
    assert.equal(ratio?.pictures, 2);
    assert.ok(Math.abs(ratio.bytes - Math.sqrt(0.4)) < 1e-6);
  }
});

test("without CPU of one side there is no ratio of CPU", () => {
  const curves = [curve("a", "ours", 1), curve("b", "peer", 2)];
  const [pair] = matchedPairs([{ file: "a", curves }]);
  assert.deepEqual(
    pair?.at.map((ratio) => ratio?.cpu),
    MATCHED_SCORES.map(() => null),
  );
});
