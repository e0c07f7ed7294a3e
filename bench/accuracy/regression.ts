// Ridge regression by the normal equations: arithmetic alone, small enough to be checked by hand.

import { mean } from "../run/statistics.ts";

export interface Sample {
  readonly features: Readonly<Record<string, number>>;
  readonly target: number;
}

export interface Line {
  /** The target where all features are 0. */
  readonly intercept: number;
  readonly weights: Readonly<Record<string, number>>;
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
 * 1970); a feature that a sample lacks is 0 in it, one that does not vary gets
 * no weight. Throws a RangeError without samples.
 */
export function ridge(samples: readonly Sample[]): Line {
  if (samples.length === 0) throw new RangeError("no samples");
  const names = [...new Set(samples.flatMap((s) => Object.keys(s.features)))];
  const columns = names
    .toSorted()
    .map((name) => columnOf(name, samples))
    .filter(({ deviation, center }) => {
      return deviation > STILL * Math.max(1, Math.abs(center));
    });
  const targets = samples.map(({ target }) => target);
  const center = mean(targets);
  const matrix = columns.map((a, row) =>
    columns.map(
      (b, column) => dot(a.values, b.values) + (row === column ? PENALTY : 0),
    ),
  );
  const right = columns.map(({ values }) =>
    dot(
      values,
      targets.map((target) => target - center),
    ),
  );
  const scaled = solve(matrix, right);
  const weights = columns.map(
    ({ name, deviation }, index) => [name, scaled[index]! / deviation] as const,
  );
  const intercept = columns.reduce(
    (rest, column, index) => rest - weights[index]![1] * column.center,
    center,
  );
  return { intercept, weights: Object.fromEntries(weights) };
}

export function valueAt(
  { intercept, weights }: Line,
  features: Sample["features"],
): number {
  return Object.entries(features).reduce(
    (sum, [name, value]) => sum + (weights[name] ?? 0) * value,
    intercept,
  );
}

interface Column {
  readonly name: string;
  readonly center: number;
  readonly deviation: number;
  /** Standardized. */
  readonly values: readonly number[];
}

function columnOf(name: string, samples: readonly Sample[]): Column {
  const raw = samples.map(({ features }) => features[name] ?? 0);
  const center = mean(raw);
  const deviation = Math.sqrt(mean(raw.map((value) => (value - center) ** 2)));
  const values = raw.map((value) => (value - center) / (deviation || 1));
  return { name, center, deviation, values };
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * b[index]!, 0);
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
