// Sums up repeated figures: percentiles and spread; decides nothing about what was measured.

export interface Summary {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** Median absolute deviation from the median, unscaled. */
  readonly mad: number;
}

/**
 * The value below which `percent` (0 to 100) of `values` lie, linear between
 * neighbors (type 7 of Hyndman & Fan 1996, as in R and NumPy). Throws a
 * RangeError without values.
 */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  if (sorted.length === 0) throw new RangeError("no values");
  const position = ((sorted.length - 1) * percent) / 100;
  const below = sorted[Math.floor(position)]!;
  const above = sorted[Math.ceil(position)]!;
  return below + (above - below) * (position - Math.floor(position));
}

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** Throws a RangeError without values. */
export function summarize(values: readonly number[]): Summary {
  const p50 = median(values);
  return {
    count: values.length,
    p50,
    p95: percentile(values, 95),
    p99: percentile(values, 99),
    mad: median(values.map((value) => Math.abs(value - p50))),
  };
}

export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** For ratios: that of A to B is then the inverse of that of B to A. */
export function geometricMean(values: readonly number[]): number {
  return Math.exp(mean(values.map((value) => Math.log(value))));
}
