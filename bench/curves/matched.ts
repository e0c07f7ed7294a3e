// Compares two contestants at equal score, by interpolation; never at equal quality numbers, which mean nothing between encoders.

import { geometricMean } from "../run/statistics.ts";
import type { Curve, CurvePoint, CurveSet } from "./curve.ts";

/** Scores at which curves are compared: from visibly compressed (60) to nearly transparent (90). */
export const MATCHED_SCORES = [60, 70, 75, 80, 85, 90] as const;

export interface Matched {
  readonly output: string;
  readonly contestant: string;
  readonly baseline: string;
  /** One per matched score; null where no picture has both curves reach it. */
  readonly at: readonly (MatchedRatio | null)[];
}

/** Contestant over baseline, geometric means over pictures: below 1 is smaller, or faster. */
export interface MatchedRatio {
  readonly score: number;
  readonly pictures: number;
  readonly bytes: number;
  /** Null where CPU could not be measured. */
  readonly cpu: number | null;
}

/** Ours against every peer and our own first encoder, and settings on trial against the first of them. */
export function matchedPairs(sets: readonly CurveSet[]): Matched[] {
  const kinds = new Map<string, Curve>();
  for (const curve of sets.flatMap(({ curves }) => curves)) {
    const key = `${curve.output} ${curve.contestant}`;
    if (!kinds.has(key)) kinds.set(key, curve);
  }
  const all = [...kinds.values()];
  return all.flatMap((contestant) =>
    all
      .filter((baseline) => isPair(contestant, baseline, all))
      .map((baseline) => ({
        output: contestant.output,
        contestant: contestant.contestant,
        baseline: baseline.contestant,
        at: MATCHED_SCORES.map((score) =>
          ratioAt(sets, contestant, baseline, score),
        ),
      })),
  );
}

function isPair(a: Curve, b: Curve, all: readonly Curve[]): boolean {
  if (a.output !== b.output || a === b || a.kind === "peer") return false;
  const firstOfKind = all.find(
    ({ kind, output }) => kind === a.kind && output === a.output,
  );
  return b === firstOfKind || (a.kind === "ours" && b.kind === "peer");
}

function ratioAt(
  sets: readonly CurveSet[],
  a: Curve,
  b: Curve,
  score: number,
): MatchedRatio | null {
  const pairs = sets.flatMap(({ curves }) => {
    const find = (like: Curve) =>
      curves.find(
        ({ contestant, output }) =>
          contestant === like.contestant && output === like.output,
      );
    const ofA = costAt(find(a)?.points ?? [], score);
    const ofB = costAt(find(b)?.points ?? [], score);
    return ofA && ofB ? [[ofA, ofB] as const] : [];
  });
  if (pairs.length === 0) return null;
  const cpu = pairs.flatMap(([ofA, ofB]) =>
    ofA.cpuMs === null || ofB.cpuMs === null ? [] : [ofA.cpuMs / ofB.cpuMs],
  );
  return {
    score,
    pictures: pairs.length,
    bytes: geometricMean(pairs.map(([ofA, ofB]) => ofA.bytes / ofB.bytes)),
    cpu: cpu.length === 0 ? null : geometricMean(cpu),
  };
}

/**
 * Bytes and CPU at a score: linear in score between neighbors of the logarithm
 * of either. Points that cost more than another and score no better are left
 * out. Undefined beyond the ends of the curve: nothing is extrapolated.
 */
export function costAt(
  points: readonly CurvePoint[],
  score: number,
): { bytes: number; cpuMs: number | null } | undefined {
  const rising = monotone(points);
  const above = rising.findIndex((point) => point.score >= score);
  const high = rising[above];
  if (high === undefined) return undefined;
  const low = rising[above - 1] ?? (high.score === score ? high : undefined);
  if (low === undefined) return undefined;
  const share =
    low === high ? 0 : (score - low.score) / (high.score - low.score);
  return {
    bytes: between(low.bytes, high.bytes, share),
    cpuMs:
      low.cpuMs === null || high.cpuMs === null
        ? null
        : between(low.cpuMs, high.cpuMs, share),
  };
}

function monotone(points: readonly CurvePoint[]): CurvePoint[] {
  const rising: CurvePoint[] = [];
  for (const point of points.toSorted((a, b) => a.bytes - b.bytes)) {
    if (point.score > (rising.at(-1)?.score ?? -Infinity)) rising.push(point);
  }
  return rising;
}

function between(low: number, high: number, share: number): number {
  // A step of the clock may be all a tiny picture takes.
  const least = 1e-3;
  const from = Math.log(Math.max(low, least));
  return Math.exp(from + (Math.log(Math.max(high, least)) - from) * share);
}
