// Sums up times by bucket of file sizes; draws nothing.

import { BUCKETS } from "../../corpus/bucket.ts";
import { summarize } from "../../run/statistics.ts";
import type { PageCase } from "./material.ts";

/** Wall time over every counted run of the cases of a bucket. */
export interface BucketTime {
  readonly bucket: string;
  readonly cases: number;
  readonly runs: number;
  readonly p50: number;
  readonly p95: number;
  /** Bytes of the smallest and of the largest file. */
  readonly least: number;
  readonly most: number;
}

/** Smallest bucket first; those of no known name last. */
export function bucketTimes(cases: readonly PageCase[]): BucketTime[] {
  const rank = (bucket: string): number => {
    const at = BUCKETS.findIndex((known) => known === bucket);
    return at < 0 ? BUCKETS.length : at;
  };
  return [...Map.groupBy(cases, ({ bucket }) => bucket)]
    .toSorted(([a], [b]) => rank(a) - rank(b))
    .map(([bucket, group]) => {
      const times = group.flatMap(({ runs }) =>
        runs.map(({ wallMs }) => wallMs),
      );
      const { count: runs, p50, p95 } = summarize(times);
      const sizes = group.map(({ inputBytes }) => inputBytes);
      return {
        bucket,
        cases: group.length,
        runs,
        p50,
        p95,
        least: Math.min(...sizes),
        most: Math.max(...sizes),
      };
    });
}
