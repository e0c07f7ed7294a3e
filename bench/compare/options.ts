// Reads the arguments of `compare`; every fault is a UsageError that names the option.

import { parseArgs } from "node:util";

import { UsageError } from "../usage-error.ts";
import { DEFAULT_THRESHOLDS } from "./thresholds.ts";
import type { Thresholds } from "./thresholds.ts";

export interface CompareOptions {
  readonly before: string;
  readonly after: string;
  readonly thresholds: Thresholds;
  /** Whether results are compared that should not be. */
  readonly force: boolean;
}

/** Throws UsageError. */
export function readCompareOptions(args: readonly string[]): CompareOptions {
  const { values, positionals } = parse(args);
  const [before, after, ...more] = positionals;
  if (before === undefined || after === undefined || more.length > 0) {
    throw new UsageError("compare takes the files of two results.");
  }
  if (values.format !== undefined && values.format !== "markdown") {
    throw new UsageError(`--format must be markdown, not "${values.format}".`);
  }
  const defaults = DEFAULT_THRESHOLDS;
  return {
    before,
    after,
    thresholds: {
      noisyPercent: positive(
        "threshold-pct",
        values["threshold-pct"] ?? defaults.noisyPercent,
      ),
      sizePercent: positive(
        "size-pct",
        values["size-pct"] ?? defaults.sizePercent,
      ),
      scorePoints: positive(
        "score-points",
        values["score-points"] ?? defaults.scorePoints,
      ),
      accuracyPoints: positive(
        "accuracy-points",
        values["accuracy-points"] ?? defaults.accuracyPoints,
      ),
    },
    force: values.force ?? false,
  };
}

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        "threshold-pct": text,
        "size-pct": text,
        "score-points": text,
        "accuracy-points": text,
        format: text,
        force: { type: "boolean" },
      },
      allowPositionals: true,
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function positive(name: string, given: string | number): number {
  const value = Number(given);
  if (given !== "" && Number.isFinite(value) && value > 0) return value;
  throw new UsageError(`--${name} must be a number above 0, not "${given}".`);
}
