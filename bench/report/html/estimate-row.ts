// Reads what results say of estimates, in whatever detail they say it; rows without an error to show are left out.

import type { BenchResult } from "../../run/result.ts";

export interface EstimateRow {
  readonly file: string;
  readonly format: string;
  readonly preset: string;
  /** How it was made: "exact", "sample" or "header". */
  readonly path: string;
  /** Of the true size, above 0 where too much was predicted; without its sign where the result has none. */
  readonly errorPercent: number;
  readonly isSigned: boolean;
  /** Whether the truth lay within the range given; null where there is none. */
  readonly isWithin: boolean | null;
  /** Whether it was predicted by constants that were fitted to this very photograph: such a row shows nothing. */
  readonly isFitted: boolean;
  /** Null where it was not timed. */
  readonly ms: number | null;
}

export function estimateRows(result: BenchResult): EstimateRow[] {
  const rows: readonly unknown[] = result.accuracy ?? [];
  return rows.flatMap((row) => rowOf(Object.assign({}, row)));
}

function rowOf(row: Record<string, unknown>): EstimateRow[] {
  const actual = figure(row["actualBytes"]);
  const estimated = figure(row["estimatedBytes"]);
  const isSigned = actual !== null && actual > 0 && estimated !== null;
  const errorPercent = isSigned
    ? 100 * (estimated / actual - 1)
    : figure(row["absoluteErrorPercent"]);
  if (errorPercent === null) return [];
  const [low, high] = [figure(row["low"]), figure(row["high"])];
  const isKnown = actual !== null && low !== null && high !== null;
  return [
    {
      file: word(row["file"]),
      format: word(row["format"]),
      preset: word(row["preset"]),
      path: word(row["path"]),
      errorPercent,
      isSigned,
      isWithin: isKnown ? low <= actual && actual <= high : null,
      isFitted: row["isTrained"] === true && row["path"] !== "exact",
      ms: figure(row["ms"]),
    },
  ];
}

function figure(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function word(value: unknown): string {
  return typeof value === "string" ? value : "";
}
