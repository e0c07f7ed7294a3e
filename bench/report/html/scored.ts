// Picks out the scores of cases, and says which mean that nothing changed; what a score stands for is src/score's.

import type { MarkedValue } from "./chart.ts";
import type { PageCase } from "./material.ts";
import type { Span } from "./scale.ts";

/** A score that is not told from 100 when written. */
const EQUAL = 99.995;
/** Below it a result is bad, whatever the number: charts end here. */
export const LEAST_SHOWN = 30;

/** Anchors of the measure (src/score/ssimulacra2.ts). */
const ANCHORS = [
  { value: 50, words: "medium quality" },
  { value: 70, words: "high quality" },
  { value: 90, words: "no visible loss" },
];

export interface Scored {
  readonly item: PageCase;
  readonly score: number;
}

export function scoredOf(cases: readonly PageCase[]): Scored[] {
  return cases.flatMap((item) =>
    item.score && "mean" in item.score
      ? [{ item, score: item.score.mean }]
      : [],
  );
}

export function isEqual({ score }: { readonly score: number }): boolean {
  return score >= EQUAL;
}

export function scoreSpan(scores: readonly number[]): Span {
  const tens = Math.floor(Math.min(...scores) / 10) * 10;
  return [Math.min(90, Math.max(LEAST_SHOWN, tens)), 100];
}

/** Those within the span whose words do not meet on an axis of so many pixels: the best look stays longest. */
export function anchorsOf([least, most]: Span, pixels: number): MarkedValue[] {
  const gap = (20 * pixels) / (most - least);
  const room = ANCHORS.slice(gap < 75 ? 2 : gap < 95 ? 1 : 0);
  return room.filter(({ value }) => value > least);
}
