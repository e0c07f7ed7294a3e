// How far a fit is off on photographs it has not seen, and the interval that follows.

import { percentile } from "../run/statistics.ts";
import { ridge, valueAt } from "./regression.ts";
import type { Sample } from "./regression.ts";

export interface PhotoSample extends Sample {
  /** Names the photograph: files and settings of one are no independent witnesses. */
  readonly photo: string;
}

/** Of each sample: its target less what a fit without its photograph tells. With one photograph alone, less what the whole fit tells. */
export function residualsOf(samples: readonly PhotoSample[]): number[] {
  const byPhoto = new Map(
    [...new Set(samples.map(({ photo }) => photo))].map((photo) => {
      const others = samples.filter((sample) => sample.photo !== photo);
      return [photo, ridge(others.length > 0 ? others : samples)];
    }),
  );
  return samples.map(
    ({ photo, features, target }) =>
      target - valueAt(byPhoto.get(photo)!, features),
  );
}

/** Between these lies the 80 % interval. */
const LOW = 10;
const HIGH = 90;
/**
 * (z² + 1) / 4 with z = 1.2816: the share by which Student's quantile exceeds
 * the normal one at 90 %, to the first term (Abramowitz & Stegun 26.7.5), times
 * the degrees of freedom.
 */
const STUDENT = 0.66;

/**
 * The 10 % and 90 % quantiles, set apart by what a new photograph may differ
 * when only so many were seen: √(1 + 1/n) for the fit's own error, and
 * Student's excess for the spread being an estimate (10 photographs: 13 %).
 */
export function intervalOf(
  residuals: readonly number[],
  photos: number,
): { low: number; high: number } {
  const [low, high] = [LOW, HIGH].map((p) => percentile(residuals, p));
  const middle = (low! + high!) / 2;
  const widening =
    (1 + STUDENT / Math.max(1, photos - 1)) * Math.sqrt(1 + 1 / photos);
  return {
    low: middle - (middle - low!) * widening,
    high: middle + (high! - middle) * widening,
  };
}
