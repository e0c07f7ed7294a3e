// How far a fit is off on photographs it has not seen, and the interval that follows.

import { percentile } from "../run/statistics.ts";
import { robustRidge, valueAt } from "./regression.ts";
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
      return [photo, robustRidge(others.length > 0 ? others : samples)];
    }),
  );
  return samples.map(
    ({ photo, features, target }) =>
      target - valueAt(byPhoto.get(photo)!, features),
  );
}

/** Percent that the interval is to hold, and the quantiles that it begins from. */
const HELD = 80;
const [LOW, HIGH] = [10, 90];

/** Times that the residuals of one photograph count together. */
const VOTES = 24;

/**
 * The interval that holds what a new photograph shows in 80 % of cases, for
 * photographs that could as well have stood in each other's place: the
 * residuals' 10 % and 90 % quantiles, both moved outwards until they hold
 * 80 × (n + 1) / n % of them, for n photographs (Romano, Patterson & Candès,
 * Conformalized Quantile Regression, 2019; 16 photographs: 85 %). Every photograph
 * counts alike, however many files and settings there are of it.
 */
export function intervalOf(
  samples: readonly Pick<PhotoSample, "photo">[],
  residuals: readonly number[],
): { low: number; high: number } {
  const byPhoto = Map.groupBy(residuals, (_, at) => samples[at]!.photo);
  const votes = [...byPhoto.values()].flatMap((own) =>
    own.flatMap((value) =>
      Array<number>(Math.max(1, Math.round(VOTES / own.length))).fill(value),
    ),
  );
  const [low, high] = [percentile(votes, LOW), percentile(votes, HIGH)];
  const beyond = votes.map((value) => Math.max(low - value, value - high));
  const held = Math.min(100, HELD * (1 + 1 / byPhoto.size));
  const margin = percentile(beyond, held);
  return { low: low - margin, high: high + margin };
}
