// Claims about the report, over a small result recorded here.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { BenchResult, CaseResult, Run } from "../run/result.ts";
import { result as resultOf } from "./html/page.fixture.ts";
import { markdownReport } from "./markdown.ts";

const run = (wallMs: number): Run => ({
  wallMs,
  cpuMs: { own: wallMs - 20, tools: 10 },
  memory: {
    rssBeforeBytes: 80 * 1024 ** 2,
    ownPeakBytes: 120 * 1024 ** 2,
    toolPeakBytes: null,
    heapPeakBytes: 9 * 1024 ** 2,
  },
  parallelism: (wallMs - 10) / wallMs,
  tools: [
    { name: "jpegtran", ms: 4 },
    { name: "jpegtran", ms: 6 },
  ],
  phases: { encode: wallMs },
});

const CASE: CaseResult = {
  file: "photo.jpg",
  format: "jpeg",
  bucket: "small",
  tags: ["photo"],
  preset: "medium",
  inputBytes: 10_000,
  runs: [run(100), run(110), run(190)],
  outcome: {
    method: "mozjpeg",
    format: "jpeg",
    bytes: 4000,
    warnings: [],
    declined: [],
  },
  failures: [],
  score: { mean: 71.25, min: 71.25, frames: 1, framesInFile: 1 },
};

const FAILED: CaseResult = {
  ...CASE,
  file: "broken.jpg",
  runs: [],
  outcome: null,
  failures: [{ code: "invalid_image", message: "cut | off" }],
  score: null,
};

const result = (
  mode: BenchResult["mode"],
  more: Partial<BenchResult> = {},
): string =>
  markdownReport(
    resultOf(mode, {
      cases: [CASE, FAILED],
      skipped: [{ file: "a.bmp", format: "bmp", reason: "no strategies yet" }],
      ...more,
    }),
  );

test("sizes and scores are summed up without the failed, who are counted", () => {
  assert.match(
    result("quick"),
    /\| jpeg medium \| 2 \| 1 \| 60\.0 \| 60\.0 \| 60\.0 \| 71\.3 \| 71\.3 \| 0\.10 \| mozjpeg 1 \|/,
  );
});

test("failures, skips and absent engines are named", () => {
  const text = result("quick");
  assert.match(text, /\| broken\.jpg \| invalid_image: cut \\\| off \|/);
  assert.match(text, /Skipped: bmp: no strategies yet 1\./);
  assert.match(text, /vips absent/);
});

test("timing shows percentiles, spread and the sum of a tool's calls", () => {
  assert.match(
    result("timing"),
    /\| photo\.jpg medium \| 3 \| 110\.0 \| 182\.0 \| 188\.4 \| 10\.0 \| 100\.0 \| 0\.91 \| jpegtran 10\.0 \|/,
  );
});

test("memory shows a dash for what was not seen", () => {
  assert.match(
    result("memory"),
    /\| photo\.jpg medium \| 80 \| 120 \| – \| 9 \|/,
  );
});

test("only tables that the mode has figures for are shown", () => {
  assert.doesNotMatch(result("quick"), /## (Timing|Memory|At equal|Peers)/);
});

test("an optimizing peer is compared by its smallest that looks no worse", () => {
  const point = (score: number, bytes: number) => ({
    quality: 1,
    score,
    bytes,
    cpuMs: 200,
    wallMs: 200,
  });
  const recipe = {
    file: "photo.jpg",
    preset: "medium",
    peer: "rival",
    failures: [],
  };
  const points = [point(60, 100), point(72, 5000), point(80, 8000)];
  const text = result("quality", { recipes: [{ ...recipe, points }] });
  assert.match(text, /\| rival, medium \| 1 \| 1 \| 0\.800 \| 0\.50 \|/);
});
