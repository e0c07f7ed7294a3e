// Sums up what presets took away from the files of each format; draws nothing.

import { median, percentile, sum } from "../../run/statistics.ts";
import { reductionOf } from "../sizes.ts";
import type { PageCase } from "./material.ts";

/** What one preset did to the files of one format; percents of bytes taken away. */
export interface Reduction {
  readonly format: string;
  readonly preset: string;
  readonly files: number;
  readonly middle: number;
  readonly quarter: number;
  readonly threeQuarters: number;
  /** Of all bytes together. */
  readonly total: number;
}

export function reductionsOf(cases: readonly PageCase[]): Reduction[] {
  const groups = Map.groupBy(cases, ({ format, preset }) =>
    JSON.stringify([format, preset]),
  );
  return [...groups.values()].flatMap((group) => {
    const values = group.flatMap((item) => reductionOf(item));
    const [first] = group;
    if (first === undefined || values.length === 0) return [];
    return [
      {
        format: first.format,
        preset: first.preset,
        files: values.length,
        middle: median(values),
        quarter: percentile(values, 25),
        threeQuarters: percentile(values, 75),
        total: totalReduction(group),
      },
    ];
  });
}

/** Percent of the bytes of all cases that ended well. */
export function totalReduction(cases: readonly PageCase[]): number {
  const made = cases.filter(({ outcome }) => outcome !== null);
  const before = sum(made.map(({ inputBytes }) => inputBytes));
  return (
    100 * (1 - sum(made.map(({ outcome }) => outcome?.bytes ?? 0)) / before)
  );
}
