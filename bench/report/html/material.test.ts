// Claims about bringing results together, and about what is chosen of them.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { BenchResult } from "../../run/result.ts";
import { summaryOf } from "./estimates.ts";
import { bucketTimes } from "./bucket-times.ts";
import { materialOf } from "./material.ts";
import { weighedOf } from "./memory.ts";
import { made, result, run } from "./page.fixture.ts";
import { reductionsOf, totalReduction } from "./reductions.ts";
import { worstOf } from "./worst.ts";

test("of a case measured twice the one with a score counts; another corpus is another case", () => {
  const elsewhere = { ...result("quick").options, corpus: "/elsewhere" };
  const { cases } = materialOf([
    result("timing", { cases: [made("a", "low", 5000, null)] }),
    result("quick", { cases: [made("a", "low", 4000, 70)] }),
    result("quick", { cases: [made("a", "low", 3000, 60)] }),
    result("quick", {
      options: elsewhere,
      cases: [made("a", "low", 2000, 50)],
    }),
  ]);
  assert.deepEqual(
    cases.map(({ outcome }) => outcome?.bytes),
    [4000, 2000],
  );
});

test("presets are compared over the files that all of them made", () => {
  const { compared } = materialOf([
    result("quick", {
      cases: [
        made("a", "low", 9000, 90),
        made("a", "high", 3000, 60),
        made("b", "low", 9000, 90),
        made("c", "low", 9000, 90),
        made("c", "high", null, null),
      ],
    }),
  ]);
  assert.deepEqual(
    compared.map(({ file, preset }) => `${file} ${preset}`),
    ["a low", "a high"],
  );
});

test("a result without what later modes add is borne", () => {
  const { schema, date, mode, options } = result("load");
  const bare = { schema, date, mode, options } as BenchResult;
  const material = materialOf([bare]);
  assert.deepEqual(
    [material.cases, material.curves, material.estimates],
    [[], [], []],
  );
});

test("reduction is told by median and quarters, and of all bytes apart", () => {
  const { cases } = materialOf([
    result("quick", {
      cases: [
        made("a", "low", 9000, null),
        made("b", "low", 8000, null),
        made("c", "low", 1000, null, { inputBytes: 2000 }),
        made("d", "low", null, null),
      ],
    }),
  ]);
  const [row, ...others] = reductionsOf(cases);
  assert.deepEqual(others, []);
  assert.equal(row?.files, 3);
  for (const [value, expected] of [
    [row.middle, 20],
    [row.quarter, 15],
    [row.threeQuarters, 35],
    [totalReduction(cases), 100 * (4000 / 22_000)],
  ] as const) {
    assert.ok(Math.abs(value - expected) < 1e-9, `${value} is not ${expected}`);
  }
});

test("estimates: signs, ranges and exact ones are told apart; rows without figures, and photographs that constants were fitted to, are left out", () => {
  const { estimates, fittedEstimates } = materialOf([
    {
      ...result("quick"),
      accuracy: [
        {
          file: "a",
          format: "png",
          preset: "low",
          path: "sample",
          actualBytes: 1000,
          estimatedBytes: 1100,
          low: 900,
          high: 1200,
          ms: 30,
        },
        {
          file: "b",
          format: "png",
          preset: "low",
          path: "header",
          actualBytes: 1000,
          estimatedBytes: 700,
          low: 600,
          high: 800,
          ms: 10,
        },
        {
          file: "c",
          format: "png",
          preset: "low",
          path: "exact",
          actualBytes: 1000,
          estimatedBytes: 1000,
          low: 1000,
          high: 1000,
          ms: 50,
        },
        {
          file: "d",
          format: "png",
          preset: "low",
          path: "sample",
          absoluteErrorPercent: 5,
        },
        { file: "e", format: "png" },
        { file: "f", path: "sample", isTrained: true, absoluteErrorPercent: 0 },
        null,
      ],
    } as unknown as BenchResult,
  ]);
  assert.deepEqual(
    estimates.map(({ file, isSigned, isWithin }) => [file, isSigned, isWithin]),
    [
      ["a", true, true],
      ["b", true, false],
      ["c", true, true],
      ["d", false, null],
    ],
  );
  assert.equal(fittedEstimates, 1);
  const { rows, predicted, meanError, within, p50Ms } = summaryOf(estimates);
  assert.deepEqual([rows, predicted, within, p50Ms], [4, 3, 50, 30]);
  assert.ok(Math.abs((meanError ?? 0) - 15) < 1e-9);
});

test("times are of all runs of a bucket, the smallest bucket first", () => {
  const { timed } = materialOf([
    result("timing", {
      cases: [
        made("b", "low", 1, null, { bucket: "large", runs: [run(1000)] }),
        made("a", "low", 1, null, { runs: [run(10), run(20)] }),
        made("c", "low", 1, null, { runs: [run(30)], inputBytes: 500 }),
      ],
    }),
    result("quick", { cases: [made("d", "low", 1, null)] }),
  ]);
  const [tiny, large] = bucketTimes(timed);
  assert.deepEqual(tiny, {
    bucket: "tiny",
    cases: 2,
    runs: 3,
    p50: 20,
    p95: 29,
    least: 500,
    most: 10_000,
  });
  assert.equal(large?.bucket, "large");
});

test("memory is that of the heaviest repeat, with its tool", () => {
  const tooled = {
    ...run(1, 90),
    memory: { ...run(1, 90).memory, toolPeakBytes: 40 },
  };
  const { weighed } = materialOf([
    result("memory", {
      cases: [
        made("a", "low", 1, null, { runs: [run(1, 100), tooled] }),
        made("b", "low", null, null),
      ],
    }),
  ]);
  assert.deepEqual(
    weighedOf(weighed).map(({ peakBytes, toolBytes }) => [
      peakBytes,
      toolBytes,
    ]),
    [[130, 40]],
  );
});

test("the worst of each format come first in turn; no file twice, and nothing that is equal", () => {
  const png = { format: "png" };
  const { cases } = materialOf([
    result("quick", {
      cases: [
        made("a", "high", 1, 40),
        made("a", "low", 1, 50),
        made("b", "low", 1, 45),
        made("c", "low", 1, 60),
        made("d", "low", 1, 90, png),
        made("e", "low", 1, 100, png),
      ],
    }),
  ]);
  const names = (most: number): string[] =>
    worstOf(cases, most).map(({ file, preset }) => `${file} ${preset}`);
  assert.deepEqual(names(2), ["a high", "d low"]);
  assert.deepEqual(names(3), ["a high", "b low", "d low"]);
  assert.deepEqual(names(9), ["a high", "b low", "c low", "d low"]);
});
