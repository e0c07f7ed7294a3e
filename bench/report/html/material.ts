// Brings together the results that a page is made of; where several measured the same, the first with a score counts. Bears results that lack what later modes add.

import type { CurveSet } from "../../curves/curve.ts";
import { readResult } from "../../run/result-file.ts";
import type { BenchResult, CaseResult } from "../../run/result.ts";
import type { EstimateRow } from "./estimate-row.ts";
import { estimateRows } from "./estimate-row.ts";
import { comparable } from "./preset.ts";

/** A case that knows the folder of its file; null for the lab's own corpus. */
export interface PageCase extends CaseResult {
  readonly corpus: string | null;
}

export interface Material {
  readonly results: readonly BenchResult[];
  /** One of each file and preset. */
  readonly cases: readonly PageCase[];
  /** Those that ended well, of files that every preset was tried on. */
  readonly compared: readonly PageCase[];
  /** Of timing mode, every result's. */
  readonly timed: readonly PageCase[];
  /** Of memory mode, every result's. */
  readonly weighed: readonly PageCase[];
  readonly curves: readonly CurveSet[];
  /** But for those that the next line counts. */
  readonly estimates: readonly EstimateRow[];
  /** Predictions of photographs that their constants were fitted to. */
  readonly fittedEstimates: number;
}

/** What a result of a mode that does not measure it may lack. */
const NOTHING = { cases: [], skipped: [], peers: [], curves: [], recipes: [] };

/** Throws UsageError as `readResult` does. */
export async function readMaterial(
  paths: readonly string[],
): Promise<Material> {
  return materialOf(await Promise.all(paths.map((path) => readResult(path))));
}

export function materialOf(given: readonly BenchResult[]): Material {
  const results = given.map((result) => ({ ...NOTHING, ...result }));
  const ofMode = (mode: string): PageCase[] =>
    results.filter((result) => result.mode === mode).flatMap(casesOf);
  const cases = withoutRepeats(results.flatMap(casesOf));
  const estimates = results.flatMap((result) => estimateRows(result));
  return {
    results,
    cases,
    compared: comparable(cases.filter(({ outcome }) => outcome !== null)),
    timed: ofMode("timing"),
    weighed: ofMode("memory"),
    curves: merged(results.flatMap(({ curves }) => curves)),
    estimates: estimates.filter(({ isFitted }) => !isFitted),
    fittedEstimates: estimates.filter(({ isFitted }) => isFitted).length,
  };
}

function casesOf({ cases, options }: BenchResult): PageCase[] {
  const corpus = options.corpus ?? null;
  return cases.map((item) => ({ ...item, corpus }));
}

function withoutRepeats(cases: readonly PageCase[]): PageCase[] {
  const byName = Map.groupBy(cases, ({ corpus, file, preset }) =>
    JSON.stringify([corpus, file, preset]),
  );
  return [...byName.values()].map(
    (group) =>
      group.find(({ score }) => score) ??
      group.find(({ outcome }) => outcome) ??
      group[0]!,
  );
}

/** One set for each picture, whichever results drew its curves. */
function merged(sets: readonly CurveSet[]): CurveSet[] {
  const byFile = Map.groupBy(sets, ({ file }) => file);
  return [...byFile].map(([file, group]) => ({
    file,
    curves: group.flatMap(({ curves }) => curves),
  }));
}
