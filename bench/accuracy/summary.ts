// Sums up how far estimates were off; decides what counts: photographs that constants were fitted to do not.

import { mean, percentile } from "../run/statistics.ts";
import type { DetailedRow } from "./run-accuracy.ts";

export interface ErrorSummary {
  readonly rows: number;
  readonly files: number;
  readonly photos: number;
  /** Percent, as all that follow; null without rows. */
  readonly error: number | null;
  readonly p95: number | null;
  /** Mean with its sign: above 0 where too much is told. */
  readonly bias: number | null;
  /** Share of rows whose range holds the truth. */
  readonly covered: number | null;
  /** Share of rows whose method was told right. */
  readonly methods: number | null;
}

export const isPredicted = ({ path }: DetailedRow): boolean => path !== "exact";

/** Whether a row shows what a forecast is worth: an exact one always, else one of a photograph that is new to it. */
export const isFair = (row: DetailedRow): boolean =>
  !isPredicted(row) || !row.isTrained;

export function errorsOf(rows: readonly DetailedRow[]): ErrorSummary {
  const errors = rows.map((row) => row.absoluteErrorPercent);
  const share = (holds: (row: DetailedRow) => boolean): number =>
    (100 * rows.filter(holds).length) / rows.length;
  const some = <T>(value: () => T): T | null =>
    rows.length === 0 ? null : value();
  return {
    rows: rows.length,
    files: new Set(rows.map(({ file }) => file)).size,
    photos: new Set(rows.map(({ photo }) => photo)).size,
    error: some(() => mean(errors)),
    p95: some(() => percentile(errors, 95)),
    bias: some(() =>
      mean(
        rows.map(
          ({ estimatedBytes, actualBytes }) =>
            100 * (estimatedBytes / actualBytes - 1),
        ),
      ),
    ),
    covered: some(() => share(isCovered)),
    methods: some(() =>
      share((row) => row.estimatedMethod === row.actualMethod),
    ),
  };
}

function isCovered({ low, high, actualBytes }: DetailedRow): boolean {
  return low <= actualBytes && actualBytes <= high;
}

/** Optimizing that takes longer than this must take at least twice what estimating does. */
const LONG_MS = 300;

export interface TimeSummary {
  readonly rows: number;
  /** Milliseconds of wall and of CPU time. */
  readonly ms: { readonly p50: number; readonly p95: number };
  readonly cpuMs: { readonly p50: number; readonly p95: number };
  /** Beyond what decoding the file takes alone, of predicted rows; null without any. */
  readonly beyondDecoding: {
    readonly ms: number;
    readonly cpuMs: number;
  } | null;
  /** CPU of the estimate over that of optimizing, where that takes over 300 ms of CPU; null without any such row. */
  readonly ofOptimizing: {
    readonly rows: number;
    readonly p50: number;
    readonly p95: number;
    readonly most: number;
    readonly mostFile: string;
    /** Rows of more than a half. */
    readonly tooSlow: number;
  } | null;
}

/** Throws a RangeError without rows. */
export function timesOf(rows: readonly DetailedRow[]): TimeSummary {
  const both = (values: readonly number[]) => ({
    p50: percentile(values, 50),
    p95: percentile(values, 95),
  });
  return {
    rows: rows.length,
    ms: both(rows.map(({ ms }) => ms)),
    cpuMs: both(rows.map(({ cpuMs }) => cpuMs)),
    beyondDecoding: beyondDecoding(rows),
    ofOptimizing: ofOptimizing(rows),
  };
}

function beyondDecoding(rows: readonly DetailedRow[]) {
  const beyond = rows.flatMap(({ ms, cpuMs, decode }) =>
    decode === null
      ? []
      : [
          {
            ms: Math.max(0, ms - decode.ms),
            cpuMs: Math.max(0, cpuMs - decode.cpuMs),
          },
        ],
  );
  if (beyond.length === 0) return null;
  return {
    ms: percentile(
      beyond.map(({ ms }) => ms),
      95,
    ),
    cpuMs: percentile(
      beyond.map(({ cpuMs }) => cpuMs),
      95,
    ),
  };
}

function ofOptimizing(rows: readonly DetailedRow[]) {
  const long = rows
    .filter(({ optimize }) => optimize.cpuMs > LONG_MS)
    .map(({ cpuMs, optimize, file, preset }) => ({
      ratio: cpuMs / optimize.cpuMs,
      what: `${file} at ${preset}`,
    }))
    .toSorted((a, b) => a.ratio - b.ratio);
  const last = long.at(-1);
  if (last === undefined) return null;
  const ratios = long.map(({ ratio }) => ratio);
  return {
    rows: long.length,
    p50: percentile(ratios, 50),
    p95: percentile(ratios, 95),
    most: last.ratio,
    mostFile: last.what,
    tooSlow: ratios.filter((ratio) => ratio > 0.5).length,
  };
}
