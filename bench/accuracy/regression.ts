// Ridge regression by the normal equations: arithmetic alone, small enough to be checked by hand.

import { valueAt } from "../../src/codecs/forecast-model.ts";
import type { Line } from "../../src/codecs/forecast-model.ts";
import { median, sum } from "../run/statistics.ts";

export interface Sample {
  readonly features: Readonly<Record<string, number>>;
  readonly target: number;
}

/**
 * Penalty on squared weights of features scaled to a deviation of 1, as if so
 * many samples had said that a feature says nothing.
 */
const PENALTY = 1;
/** A feature whose deviation is below this share of its mean says nothing, and would be believed wildly where it differs. */
const STILL = 1e-3;

/**
 * The line that fits the samples best (Hoerl & Kennard, Technometrics 12,
 * 1970), each counting as much as its weight says; a feature that a sample
 * lacks is 0 in it, one that does not vary gets no weight. Throws a RangeError
 * without samples.
 */
export function ridge(
  samples: readonly Sample[],
  weights: readonly number[] = samples.map(() => 1),
): Line {
  if (samples.length === 0) throw new RangeError("no samples");
  const names = [...new Set(samples.flatMap((s) => Object.keys(s.features)))];
  const columns = names
    .toSorted()
    .map((name) => columnOf(name, samples, weights))
    .filter(({ deviation, center }) => {
      return deviation > STILL * Math.max(1, Math.abs(center));
    });
  const center = weightedMean(
    samples.map(({ target }) => target),
    weights,
  );
  const pulls = samples.map(
    ({ target }, index) => weights[index]! * (target - center),
  );
  const matrix = columns.map((a, row) => {
    const weighted = a.values.map((value, index) => weights[index]! * value);
    return columns.map(
      (b, column) => dot(weighted, b.values) + (row === column ? PENALTY : 0),
    );
  });
  const scaled = solve(
    matrix,
    columns.map(({ values }) => dot(values, pulls)),
  );
  const slopes = columns.map(
    ({ name, deviation }, index) => [name, scaled[index]! / deviation] as const,
  );
  const intercept = columns.reduce(
    (rest, column, index) => rest - slopes[index]![1] * column.center,
    center,
  );
  return { intercept, weights: Object.fromEntries(slopes) };
}

/** Deviations beyond which a residual counts by its size, no more by its square: 95 % of the precision of least squares where nothing strays (Huber, 1981, 7.9). */
const BEND = 1.345;
/** Of normal residuals, over the median of their sizes. */
const DEVIATION = 1.4826;
/** Weights have settled long before. */
const ROUNDS = 30;

/**
 * As `ridge`, but what strays from all others bends the line no further than
 * its direction (Huber, Annals of Mathematical Statistics 35, 1964; by weights
 * anew in each round). Throws a RangeError without samples.
 */
export function robustRidge(samples: readonly Sample[]): Line {
  let line = ridge(samples);
  for (let round = 0; round < ROUNDS; round++) {
    const sizes = samples.map(({ features, target }) =>
      Math.abs(target - valueAt(line, features)),
    );
    const bend = BEND * DEVIATION * median(sizes);
    line = ridge(
      samples,
      sizes.map((size) => (size <= bend ? 1 : bend / size)),
    );
  }
  return line;
}

interface Column {
  readonly name: string;
  readonly center: number;
  readonly deviation: number;
  /** Standardized. */
  readonly values: readonly number[];
}

function columnOf(
  name: string,
  samples: readonly Sample[],
  weights: readonly number[],
): Column {
  const raw = samples.map(({ features }) => features[name] ?? 0);
  const center = weightedMean(raw, weights);
  const squares = raw.map((value) => (value - center) ** 2);
  const deviation = Math.sqrt(weightedMean(squares, weights));
  const values = raw.map((value) => (value - center) / (deviation || 1));
  return { name, center, deviation, values };
}

function weightedMean(
  values: readonly number[],
  weights: readonly number[],
): number {
  return dot(values, weights) / sum(weights);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((total, value, index) => total + value * b[index]!, 0);
}

/** Gauss's elimination; a penalized matrix is positive definite, so that no pivot need be looked for. */
function solve(
  matrix: readonly (readonly number[])[],
  right: readonly number[],
): number[] {
  const rows = matrix.map((row, index) => [...row, right[index]!]);
  for (const [at, pivotRow] of rows.entries()) {
    const pivot = pivotRow[at]!;
    for (const [below, row] of rows.entries()) {
      if (below === at) continue;
      const factor = row[at]! / pivot;
      if (factor === 0) continue;
      for (let column = at; column < row.length; column++) {
        row[column]! -= factor * pivotRow[column]!;
      }
    }
  }
  return rows.map((row, at) => row.at(-1)! / row[at]!);
}
