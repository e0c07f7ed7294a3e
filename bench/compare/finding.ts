// What a comparison finds of one figure, over all cases, over a group of them, or in one.

import type { BenchResult } from "../run/result.ts";
import type { ExactFigure, NoisyFigure } from "./figures.ts";

/** The result that is held against, then the one that is judged. */
export type Sides = readonly [before: BenchResult, after: BenchResult];

export type Verdict = "worse" | "same" | "better";

export interface Finding {
  readonly figure: NoisyFigure | ExactFigure;
  readonly scope: "all" | "group" | "case";
  /** Of the group or case; "all" for all. */
  readonly name: string;
  readonly cases: number;
  /** Means over the cases that both results have: geometric for ratios, arithmetic for points; as measured. */
  readonly before: number;
  readonly after: number;
  /** Percent, or points; of a noisy figure after the machine's pace is taken out. Positive when `after` is more. */
  readonly change: number;
  /** Of this by chance, corrected for all that were tested with it; null where nothing is left to chance. */
  readonly chance: number | null;
  /** Cohen's d, of logarithms; null where there is no spread to measure it by. */
  readonly effect: number | null;
  readonly verdict: Verdict;
}

export function verdictOf(worsening: number, threshold: number): Verdict {
  if (worsening > threshold) return "worse";
  return worsening < -threshold ? "better" : "same";
}

/** A case as both results have it. */
export interface Pair {
  readonly name: string;
  readonly group: string;
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** The cases that both results have. What one lacks is not judged here. */
export function pairsOf(
  figure: NoisyFigure | ExactFigure,
  [before, after]: Sides,
): Pair[] {
  const later = figure.samples(after);
  return [...figure.samples(before)].flatMap(([name, { group, values }]) => {
    const match = later.get(name);
    return match === undefined
      ? []
      : [{ name, group, before: values, after: match.values }];
  });
}
