// How far a fit is off on photographs it has not seen, and the range that follows.

import { valueAt } from "../../src/codecs/forecast-model.ts";
import type { ForecastRange } from "../../src/codecs/forecast-model.ts";
import { percentile } from "../run/statistics.ts";
import { ridge, robustRidge } from "./regression.ts";
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

/**
 * Residuals that count as none: what is off by less than a 500th was done whole
 * but for its last bytes, and says nothing of how far samples are off.
 */
const LEAST_SPREAD = 0.002;

/**
 * Photographs that are taken to have said that a feature says nothing of how far
 * forecasts are off: without them a few made ranges too narrow for their like.
 */
const PRIOR = 2;

/**
 * The 80 % range as wide as its features have it: a line tells how large
 * residuals are, and the interval is that of the residuals over what it tells
 * (normalized as by Papadopoulos, Gammerman & Vovk, Normalized Nonconformity
 * Measures, 2008). One width for all held 47 % of what is told from squares of
 * a WebP and all of its animations; so it holds 80 and 81 of photographs left out. Every photograph counts alike.
 */
export function rangeOf(
  samples: readonly PhotoSample[],
  residuals: readonly number[],
): ForecastRange {
  const byPhoto = Map.groupBy(samples, ({ photo }) => photo);
  const line = ridge(
    samples.map(({ features }, at) => {
      return { features, target: Math.abs(residuals[at]!) };
    }),
    samples.map(({ photo }) => 1 / (PRIOR * byPhoto.get(photo)!.length)),
  );
  const told = samples.map(({ features }) =>
    Math.max(LEAST_SPREAD, valueAt(line, features)),
  );
  const spread = { ...line, least: Math.min(...told), most: Math.max(...told) };
  const places = [...samples.keys()];
  const unsure = places.filter((at) => told[at]! > LEAST_SPREAD);
  const used = unsure.length > 0 ? unsure : places;
  const ends = intervalOf(
    used.map((at) => samples[at]!),
    used.map((at) => residuals[at]! / told[at]!),
  );
  return { spread, ...ends };
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
