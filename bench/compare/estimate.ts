// Means that know how sure they are, and the tests between them; decides no threshold.

import { mean, sum } from "../run/statistics.ts";
import { twoSidedP } from "./t-distribution.ts";

export interface Estimate {
  readonly value: number;
  /** Of `value`, not of what it was estimated from. */
  readonly variance: number;
  /** 0 when nothing is known of the spread, Infinity when there is none. */
  readonly degrees: number;
}

/** What is known of a spread before values are seen: counted as so many more degrees of freedom. */
export interface Prior {
  readonly variance: number;
  readonly degrees: number;
}

/** The mean of independent values. Throws a RangeError without values. */
export function estimateOf(
  values: readonly number[],
  prior: Prior = { variance: 0, degrees: 0 },
): Estimate {
  const own = values.length - 1;
  if (own < 0) throw new RangeError("no values");
  const degrees = own + prior.degrees;
  const squares = own > 0 ? own * varianceOf(values) : 0;
  const variance = (squares + prior.degrees * prior.variance) / degrees;
  return {
    value: mean(values),
    variance: degrees > 0 ? variance / values.length : 0,
    degrees,
  };
}

/** A value that is known. */
export function exactly(value: number): Estimate {
  return { value, variance: 0, degrees: Infinity };
}

/**
 * a − b, with the degrees of freedom of Welch (Biometrika 34, 1947) and
 * Satterthwaite: the two need not vary alike. Can be taken again and again.
 */
export function difference(a: Estimate, b: Estimate): Estimate {
  const variance = a.variance + b.variance;
  const spread = a.variance ** 2 / a.degrees + b.variance ** 2 / b.degrees;
  return {
    value: a.value - b.value,
    variance,
    degrees: degreesOf(a, b, variance ** 2 / spread),
  };
}

function degreesOf(a: Estimate, b: Estimate, welch: number): number {
  if (a.degrees === 0 || b.degrees === 0) return 0;
  return Number.isNaN(welch) ? a.degrees + b.degrees : welch;
}

/** How probable a value as far from zero would be if the truth were zero: 1 when the spread is not known. */
export function chanceOf({ value, variance, degrees }: Estimate): number {
  if (value === 0 || degrees === 0) return 1;
  return variance === 0
    ? 0
    : twoSidedP(value / Math.sqrt(variance), Math.min(degrees, MOST_DEGREES));
}

/** The normal distribution, to seven digits. */
const MOST_DEGREES = 1e7;

/** The unbiased variance of two values or more. */
export function varianceOf(values: readonly number[]): number {
  const center = mean(values);
  return (
    sum(values.map((value) => (value - center) ** 2)) / (values.length - 1)
  );
}

/**
 * Cohen's d: the difference of means, beyond what is expected, in standard
 * deviations pooled over both (Cohen 1988, 2.5.1). Null when there is no
 * deviation to measure by.
 */
export function cohensD(
  before: readonly number[],
  after: readonly number[],
  expected = 0,
): number | null {
  if (before.length < 2 || after.length < 2) return null;
  const pooled =
    (varianceOf(before) * (before.length - 1) +
      varianceOf(after) * (after.length - 1)) /
    (before.length + after.length - 2);
  const beyond = mean(after) - mean(before) - expected;
  return pooled === 0 ? null : beyond / Math.sqrt(pooled);
}

/**
 * Chances corrected for having been looked at together, so that the chance of
 * one false alarm among all of them is what it would be for one alone (Holm,
 * Scandinavian Journal of Statistics 6, 1979).
 */
export function holm(chances: readonly number[]): number[] {
  const ranked = chances
    .map((chance, index) => ({ chance, index }))
    .toSorted((a, b) => a.chance - b.chance);
  const corrected = Array.from(chances, () => 1);
  let least = 0;
  for (const [rank, { chance, index }] of ranked.entries()) {
    least = Math.max(least, Math.min(1, chance * (chances.length - rank)));
    corrected[index] = least;
  }
  return corrected;
}
