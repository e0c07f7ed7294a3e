// Claims about comparing, over two recorded runs of the same code and what is made of them.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { AccuracyRow, BenchResult, CaseResult } from "../run/result.ts";
import { compareResults } from "./compare.ts";
import type { Finding } from "./finding.ts";
import {
  FIRST,
  SECOND,
  larger,
  onSlowerMachine,
  slower,
  uglier,
  withCases,
} from "./recorded.fixture.ts";
import { DEFAULT_THRESHOLDS } from "./thresholds.ts";

function compare(before: BenchResult, after: BenchResult) {
  return compareResults([before, after], DEFAULT_THRESHOLDS);
}

/** What a comparison finds worse: "CPU of all", "size of photo.jpg medium". */
function worse({ findings }: { findings: readonly Finding[] }): string[] {
  return findings
    .filter(({ verdict }) => verdict === "worse")
    .map(({ figure, name }) => `${figure.name} of ${name}`);
}

function includes(found: readonly string[], name: string): void {
  assert.ok(found.includes(name), `${name} is not in: ${found.join(", ")}`);
}

function isGif({ format }: CaseResult): boolean {
  return format === "gif";
}

const [one] = SECOND.cases;
assert.ok(one);
const ONE = `${one.file} ${one.preset}`;
const isOne = (item: CaseResult): boolean => item === one;

test("two runs of the same code are alike: bytes and scores to the last digit", () => {
  for (const [before, after] of [
    [FIRST, SECOND],
    [SECOND, FIRST],
  ] as const) {
    const comparison = compare(before, after);
    assert.notEqual(comparison.verdict, "worse", worse(comparison).join());
    assert.deepEqual(comparison.losses, []);
    for (const { figure, change } of comparison.findings) {
      if (figure.name === "size" || figure.name === "score") {
        assert.equal(change, 0);
      }
    }
  }
});

test("a slow-down of 15 % is found over all cases", () => {
  for (const [before, after] of [
    [FIRST, SECOND],
    [SECOND, FIRST],
  ] as const) {
    const comparison = compare(before, withCases(after, slower(1.15)));
    assert.equal(comparison.verdict, "worse");
    includes(worse(comparison), "CPU of all");
  }
});

test("so it is when every case ran once, and none can be tested alone", () => {
  const once = (result: BenchResult): BenchResult =>
    withCases(result, (item) => ({ ...item, runs: item.runs.slice(0, 1) }));
  const slow = once(withCases(SECOND, slower(1.2)));
  const found = worse(compare(once(FIRST), slow));
  includes(found, "CPU of all");
  assert.notEqual(compare(once(FIRST), once(SECOND)).verdict, "worse");
});

test("a slow-down of one format is found in that format", () => {
  const found = worse(compare(FIRST, withCases(SECOND, slower(1.6), isGif)));
  includes(found, "CPU of gif");
  assert.ok(!found.some((name) => / of (jpeg|png|webp)$/.test(name)));
});

test("a case that takes five times as long is found on its own", () => {
  const found = worse(compare(FIRST, withCases(SECOND, slower(5), isOne)));
  includes(found, `CPU of ${ONE}`);
  assert.ok(!found.includes("CPU of all"));
});

test("a machine that needs 40 % longer for everything is no slow-down", () => {
  const comparison = compare(FIRST, onSlowerMachine(SECOND, 1.4));
  assert.notEqual(comparison.verdict, "worse", worse(comparison).join());
});

test("results without the machine's pace are compared as they are", () => {
  const { reference: _, ...bare } = SECOND;
  const found = worse(compare(FIRST, withCases(bare, slower(1.5))));
  includes(found, "CPU of all");
});

test("what is faster by 20 % is better, and no reason to fail", () => {
  assert.equal(
    compare(FIRST, withCases(SECOND, slower(1 / 1.3))).verdict,
    "better",
  );
});

test("3 % more bytes are found over all, in every group and in each case large enough to show them", () => {
  const comparison = compare(FIRST, withCases(SECOND, larger(1.03)));
  const found = worse(comparison);
  assert.equal(comparison.verdict, "worse");
  includes(found, "size of all");
  for (const format of new Set(SECOND.cases.map((item) => item.format))) {
    includes(found, `size of ${format}`);
  }
  for (const { file, preset, outcome } of SECOND.cases) {
    if ((outcome?.bytes ?? 0) < 200) continue;
    includes(found, `size of ${file} ${preset}`);
  }
});

/** Exact figures: what is done to the second run, and what is found. */
const EXACT: readonly (readonly [
  claim: string,
  after: BenchResult,
  found: readonly string[],
])[] = [
  ["half a percent of bytes is let pass", withCases(SECOND, larger(1.005)), []],
  [
    "3 % more bytes in one case are found there alone",
    withCases(SECOND, larger(1.03), isOne),
    [`size of ${ONE}`],
  ],
  ["0.4 points of score are let pass", withCases(SECOND, uglier(0.4)), []],
  [
    "1.2 points of score in one case are found there alone",
    withCases(SECOND, uglier(1.2), isOne),
    [`score of ${ONE}`],
  ],
];
for (const [claim, after, expected] of EXACT) {
  test(claim, () => {
    const found = worse(compare(FIRST, after));
    const exact = found.filter((name) => /^(size|score) of /.test(name));
    assert.deepEqual(exact, expected);
  });
}

test("0.6 points of score are found over all", () => {
  const found = worse(compare(FIRST, withCases(SECOND, uglier(0.6))));
  includes(found, "score of all");
});

/** Estimates that miss by so much, of twelve files in two formats. */
function estimates(errors: { jpeg: number; png: number }): BenchResult {
  const accuracy = (["jpeg", "png"] as const).flatMap((format) =>
    Array.from({ length: 6 }, (_, index): AccuracyRow => ({
      file: `${index}.${format}`,
      format,
      preset: "medium",
      path: "sample",
      absoluteErrorPercent: errors[format] + index,
    })),
  );
  return { ...FIRST, cases: [], accuracy };
}

test("estimates that miss by 1.5 points more are found in their format", () => {
  const before = estimates({ jpeg: 2, png: 4 });
  const found = worse(compare(before, estimates({ jpeg: 3.5, png: 4 })));
  assert.deepEqual(found, ["estimate error of jpeg"]);
  const fine = compare(before, estimates({ jpeg: 2.5, png: 3.5 }));
  assert.deepEqual(worse(fine), []);
});

test("memory is judged where every case had a process of its own, and nowhere else", () => {
  const heavy = withCases(SECOND, (item) => ({
    ...item,
    runs: item.runs.map((run) => {
      const ownPeakBytes = 2 * (run.memory.ownPeakBytes ?? 0);
      return { ...run, memory: { ...run.memory, ownPeakBytes } };
    }),
  }));
  const found = (mode: BenchResult["mode"]): string[] =>
    worse(compare({ ...FIRST, mode }, { ...heavy, mode }));
  assert.ok(found("memory").includes("memory of all"));
  assert.ok(!found("pr").some((name) => name.startsWith("memory of ")));
});

test("a service that holds a fifth more under load is found", () => {
  const { load } = SECOND;
  assert.ok(load);
  const memory = load.memory.map((look) => ({
    ...look,
    treeBytes: look.treeBytes * 1.2,
  }));
  const found = worse(compare(FIRST, { ...SECOND, load: { ...load, memory } }));
  assert.deepEqual(found, ["memory under load of all"]);
});
