// Reads the arguments of `run`; every fault is a UsageError that names the option.

import { parseArgs } from "node:util";

import { BUCKETS } from "../corpus/bucket.ts";
import { DEFAULT_MIX, readMix } from "../load/mix.ts";
import type { Mix } from "../load/mix.ts";
import { UsageError } from "../usage-error.ts";

const MODES = [
  "quick",
  "timing",
  "memory",
  "quality",
  "accuracy",
  "load",
  "pr",
] as const;
const PRESETS = ["low", "medium", "high"] as const;

export type Mode = (typeof MODES)[number];

export interface RunOptions {
  readonly mode: Mode;
  /** Counted runs of each case; in pr mode, of those at medium. */
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
  /** Whether accuracy mode optimizes again what an earlier run did. */
  readonly fresh: boolean;
  /** Clients of a load, each with one request under way. */
  readonly concurrency: number;
  /** How long a load sends new requests. */
  readonly seconds: number;
  readonly mix: Mix;
}

/** Percentiles and MAD want some; beyond five the median of a quiet machine moves by less than 1 %. */
const TIMING_REPEATS = 5;
/** The least with a spread on both sides that one stray repeat does not decide; a fourth would cost a minute. */
const PR_REPEATS = 3;
/** As many again in the queue as two slots hold: busy, and nobody is refused. */
const CONCURRENCY = 4;
/** At 0.2 s of CPU for an answer, some two hundred of them on two cores. */
const LOAD_SECONDS = 20;

const REPEATS: Readonly<Partial<Record<Mode, number>>> = {
  timing: TIMING_REPEATS,
  pr: PR_REPEATS,
};

export const LOAD_BUCKETS = ["tiny", "small"] as const;

/** Where nobody names buckets; all, for modes that are not here. */
const BUCKETS_OF: Readonly<Partial<Record<Mode, readonly string[]>>> = {
  quick: ["tiny", "small", "medium"],
  load: LOAD_BUCKETS,
  pr: ["tiny", "small", "medium"],
};

/** Throws UsageError. */
export function readRunOptions(args: readonly string[]): RunOptions {
  const given = parse(args);
  const mode = oneOf(MODES, "mode", given.mode ?? "quick");
  const buckets = listOf(BUCKETS, "bucket", given.bucket);
  const isOfAll = mode === "pr" || mode === "accuracy";
  const presets = isOfAll ? PRESETS.join(",") : "medium";
  return {
    mode,
    repeat: integer("repeat", given.repeat ?? REPEATS[mode] ?? 1, 1),
    seed: integer("seed", given.seed ?? 1, 0),
    presets: listOf(PRESETS, "preset", given.preset ?? presets),
    formats: split(given.fmt),
    buckets: buckets.length === 0 ? (BUCKETS_OF[mode] ?? []) : buckets,
    tags: split(given.tag),
    corpus: given.corpus ?? null,
    out: given.out ?? null,
    settings: given.settings ?? false,
    fresh: given.fresh ?? false,
    concurrency: integer("concurrency", given.concurrency ?? CONCURRENCY, 1),
    seconds: integer("seconds", given.seconds ?? LOAD_SECONDS, 1),
    mix: given.mix === undefined ? DEFAULT_MIX : readMix(given.mix),
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
        fresh: { type: "boolean" },
        concurrency: text,
        seconds: text,
        mix: text,
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
