// Claims about what counts in the summary of estimates.

import assert from "node:assert/strict";
import { test } from "node:test";

import { accuracyText } from "../report/accuracy.ts";
import type { BenchResult } from "../run/result.ts";
import type { DetailedRow } from "./run-accuracy.ts";
import { errorsOf, isFair, timesOf } from "./summary.ts";

function row(file: string, changes: Partial<DetailedRow> = {}): DetailedRow {
  const { actualBytes = 1000, estimatedBytes = 1000 } = changes;
  return {
    ...{ file, format: "png", preset: "low", path: "sample", photo: file },
    absoluteErrorPercent: 100 * Math.abs(estimatedBytes / actualBytes - 1),
    ...{ set: "made", isTrained: false, inputBytes: 2000 },
    ...{ estimatedBytes, low: 900, high: 1100, actualBytes },
    ...{ estimatedMethod: "oxipng", actualMethod: "oxipng" },
    ...{ ms: 100, cpuMs: 80, decode: { ms: 40, cpuMs: 30 } },
    optimize: { ms: 1000, cpuMs: 800 },
    ...changes,
  };
}

test("errors lose their sign in the mean, keep it in the bias, and ranges count at their ends", () => {
  const sum = errorsOf([
    row("a", { estimatedBytes: 1100 }),
    row("b", { estimatedBytes: 900, actualBytes: 1000, high: 1000 }),
    row("c", { low: 1001, actualMethod: "imagequant" }),
    row("c"),
  ]);
  assert.deepEqual([sum.rows, sum.files, sum.photos], [4, 3, 3]);
  assert.ok(Math.abs(sum.error! - 5) < 1e-9);
  assert.ok(Math.abs(sum.bias!) < 1e-9);
  assert.deepEqual([sum.covered, sum.methods], [75, 75]);
});

test("predictions of trained photographs show nothing, their exact estimates do", () => {
  assert.equal(isFair(row("a", { isTrained: true })), false);
  assert.equal(isFair(row("a", { isTrained: true, path: "exact" })), true);
  assert.equal(isFair(row("a", { path: "header" })), true);
});

test("time is set against optimizing where that is long, and against decoding where pixels were needed", () => {
  const times = timesOf([
    row("quick", { optimize: { ms: 200, cpuMs: 200 }, cpuMs: 190 }),
    row("slow", { cpuMs: 500 }),
    row("fine", { cpuMs: 80 }),
    row("exact", { ms: 9000, decode: null, cpuMs: 10 }),
  ]);
  assert.deepEqual(
    [times.ofOptimizing?.rows, times.ofOptimizing?.tooSlow],
    [3, 1],
  );
  assert.equal(times.ofOptimizing?.mostFile, "slow at low");
  assert.equal(times.ofOptimizing?.most, 500 / 800);
  assert.equal(times.beyondDecoding?.ms, 60);
});

const result = (accuracy: readonly DetailedRow[]) =>
  ({
    accuracy,
    photos: { train: ["t"], test: ["a"] },
  }) as unknown as BenchResult;

test("the report names both sides, and a photograph that is on both", () => {
  const fine = accuracyText(result([row("a")]))!;
  assert.match(fine, /these 1 photographs: t\./);
  assert.doesNotMatch(fine, /On both sides/);
  const breach = accuracyText(result([row("a", { isTrained: true })]))!;
  assert.match(breach, /\*\*On both sides: a\.\*\*/);
});

test("a result without estimates has no such section", () => {
  assert.equal(accuracyText(result([])), undefined);
});
