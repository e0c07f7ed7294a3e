// Sums up by format and preset what became smaller, how it looks and what it cost.

import { cpuMsOf } from "../run/result.ts";
import type { CaseResult } from "../run/result.ts";
import { mean, median, sum } from "../run/statistics.ts";
import { counts, fixed, markdownTable } from "./table.ts";

/** Percent of its bytes that a case lost; none for one that failed. */
export function reductionOf({ outcome, inputBytes }: CaseResult): number[] {
  return outcome ? [100 * (1 - outcome.bytes / inputBytes)] : [];
}

export function sizesTable(cases: readonly CaseResult[]): string {
  const groups = Map.groupBy(cases, (item) => `${item.format} ${item.preset}`);
  return markdownTable(
    [
      "format, preset",
      "cases",
      "failed",
      "reduction mean %",
      "median %",
      "of all bytes %",
      "score mean",
      "least",
      "CPU s",
      "methods",
    ],
    [...groups].map(([name, group]) => rowOf(name, group)),
  );
}

function rowOf(name: string, group: readonly CaseResult[]): string[] {
  const made = group.filter(({ outcome }) => outcome !== null);
  const reductions = group.flatMap((item) => reductionOf(item));
  const scores = group.flatMap(({ score }) =>
    score && "mean" in score ? [score] : [],
  );
  const before = sum(made.map(({ inputBytes }) => inputBytes));
  const after = sum(made.map(({ outcome }) => outcome?.bytes ?? 0));
  const cpuMs = sum(
    made.map(({ runs }) => median(runs.map((run) => cpuMsOf(run)))),
  );
  return [
    name,
    `${group.length}`,
    `${group.length - made.length}`,
    fixed(reductions.length ? mean(reductions) : null),
    fixed(reductions.length ? median(reductions) : null),
    fixed(100 * (1 - after / before)),
    fixed(scores.length ? mean(scores.map((score) => score.mean)) : null),
    fixed(scores.length ? Math.min(...scores.map(({ min }) => min)) : null),
    fixed(cpuMs / 1000, 2),
    counts(made.map(({ outcome }) => outcome?.method ?? "")),
  ];
}
