// Reads the arguments of `run`; every fault is a UsageError that names the option.

import { parseArgs } from "node:util";

import { BUCKETS } from "../corpus/bucket.ts";
import { UsageError } from "../usage-error.ts";

const MODES = ["quick", "timing", "memory", "quality"] as const;
const PRESETS = ["low", "medium", "high"] as const;

export type Mode = (typeof MODES)[number];

export interface RunOptions {
  readonly mode: Mode;
  /** Counted runs of each case. */
  readonly repeat: number;
  readonly seed: number;
  readonly presets: readonly (typeof PRESETS)[number][];
  /** Empty for all, as the two below. */
  readonly formats: readonly string[];
  readonly buckets: readonly string[];
  readonly tags: readonly string[];
  /** Folder of pictures; null for the lab's own. */
  readonly corpus: string | null;
  /** File for the result; null for the default place. */
  readonly out: string | null;
  /** Whether quality mode also tries encoder settings beside those in use. */
  readonly settings: boolean;
}

/** Percentiles and MAD want some; beyond five the median of a quiet machine moves by less than 1 %. */
const TIMING_REPEATS = 5;

/** Throws UsageError. */
export function readRunOptions(args: readonly string[]): RunOptions {
  const given = parse(args);
  const mode = oneOf(MODES, "mode", given.mode ?? "quick");
  const buckets = listOf(BUCKETS, "bucket", given.bucket);
  return {
    mode,
    repeat: integer(
      "repeat",
      given.repeat ?? (mode === "timing" ? TIMING_REPEATS : 1),
      1,
    ),
    seed: integer("seed", given.seed ?? 1, 0),
    presets: listOf(PRESETS, "preset", given.preset ?? "medium"),
    formats: split(given.fmt),
    buckets:
      mode === "quick" && buckets.length === 0
        ? ["tiny", "small", "medium"]
        : buckets,
    tags: split(given.tag),
    corpus: given.corpus ?? null,
    out: given.out ?? null,
    settings: given.settings ?? false,
  };
}

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        mode: text,
        repeat: text,
        seed: text,
        fmt: text,
        bucket: text,
        tag: text,
        preset: text,
        corpus: text,
        out: text,
        settings: { type: "boolean" },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function split(text: string | undefined): string[] {
  return (text ?? "").split(",").filter((word) => word !== "");
}

function oneOf<T extends string>(
  allowed: readonly T[],
  name: string,
  text: string,
): T {
  const found = allowed.find((value) => value === text);
  if (found !== undefined) return found;
  throw new UsageError(
    `--${name} must be one of ${allowed.join(", ")}, not "${text}".`,
  );
}

function listOf<T extends string>(
  allowed: readonly T[],
  name: string,
  text: string | undefined,
): T[] {
  return split(text).map((word) => oneOf(allowed, name, word));
}

function integer(name: string, given: string | number, least: number): number {
  const value = Number(given);
  if (given !== "" && Number.isSafeInteger(value) && value >= least) {
    return value;
  }
  throw new UsageError(
    `--${name} must be an integer of at least ${least}, not "${given}".`,
  );
}
