// Two real runs of the same code, and ways to make one worse on purpose. `fixtures/README.md` says how they were recorded.

import { join } from "node:path";

import { readResult } from "../run/result-file.ts";
import type { BenchResult, CaseResult, Run } from "../run/result.ts";

export const PATHS = ["first.json", "second.json"].map((name) =>
  join(import.meta.dirname, "fixtures", name),
) as [string, string];

export const [FIRST, SECOND] = (await Promise.all(PATHS.map(readResult))) as [
  BenchResult,
  BenchResult,
];

type ChangeCase = (item: CaseResult) => CaseResult;

/** The result with every case changed that `applies`. */
export function withCases(
  result: BenchResult,
  change: ChangeCase,
  applies: (item: CaseResult) => boolean = () => true,
): BenchResult {
  const cases = result.cases.map((item) => {
    return applies(item) ? change(item) : item;
  });
  return { ...result, cases };
}

export function slower(factor: number): ChangeCase {
  return (item) => ({
    ...item,
    runs: item.runs.map((run) => slow(run, factor)),
  });
}

function slow(run: Run, factor: number): Run {
  const { own, tools } = run.cpuMs;
  return {
    ...run,
    wallMs: run.wallMs * factor,
    cpuMs: {
      own: own * factor,
      tools: tools === null ? null : tools * factor,
    },
  };
}

export function larger(factor: number): ChangeCase {
  return (item) => {
    if (item.outcome === null) return item;
    const bytes = Math.round(item.outcome.bytes * factor);
    return { ...item, outcome: { ...item.outcome, bytes } };
  };
}

export function uglier(points: number): ChangeCase {
  return (item) => {
    const { score } = item;
    if (score === null || !("mean" in score)) return item;
    return { ...item, score: { ...score, mean: score.mean - points } };
  };
}

/** The result of a machine that needs so much longer for everything. */
export function onSlowerMachine(
  result: BenchResult,
  factor: number,
): BenchResult {
  const reference = result.reference?.map(({ wallMs, cpuMs }) => ({
    wallMs: wallMs * factor,
    cpuMs: cpuMs * factor,
  }));
  return {
    ...withCases(result, slower(factor)),
    ...(reference && { reference }),
  };
}
