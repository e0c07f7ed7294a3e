// Tells what optimize would make of a file, and how sure that is: by doing it where that is quick, else from samples.

import { stat } from "node:fs/promises";

import { readBytes } from "../codecs/containers/reader.ts";
import type {
  Codec,
  CodecBack,
  Foretell,
  OptimizeJob,
  Strategy,
} from "../codecs/codec.ts";
import { bandOf } from "../codecs/forecast.ts";
import type { Band } from "../codecs/forecast.ts";
import { metadataStrip } from "../codecs/metadata-strip.ts";
import { CODECS } from "../codecs/table.ts";
import type {
  Estimate,
  EstimateJob,
  OptimizeFileJob,
} from "../pool/protocol.ts";
import { benchOf } from "./bench.ts";
import type { VerbBench } from "./bench.ts";
import { floorBytes } from "./cap.ts";
import { isBold, NEAR, OPTIMIZE_BUDGET_SHARE, waitingOf } from "./contest.ts";
import { optimize } from "./optimize.ts";
import { whyNot } from "./race.ts";
import { scoreOf } from "./sample-score.ts";

/** A strategy's result as it is expected. */
interface Expected extends Band {
  readonly strategy: Strategy;
  readonly method: string;
  readonly warnings: readonly string[];
}

/**
 * Runs an estimate job. Throws as `optimize` does: what does not decode cannot
 * be told of either.
 */
export async function estimate(job: EstimateJob): Promise<Estimate> {
  const start = performance.now();
  const codec = CODECS[job.input.facts.format];
  const back: CodecBack = await codec.back();
  const asked: OptimizeFileJob = { ...job, intent: job.intent.asked };
  const { tried, costMs } = triedBy(asked);
  // A vector has no pixels that could be sampled.
  if (codec.vector || costMs <= job.intent.budgetMs || !back.forecast) {
    return byDoing(asked);
  }
  const bench = benchOf(job);
  try {
    const told = await bySample(asked, tried, back, bench, job.intent.budgetMs);
    return { ...told, spans: { encode: performance.now() - start } };
  } catch {
    // No part can stand for it, or it is damaged: optimize judges how far that bears.
    return byDoing(asked);
  }
}

/** The strategies that optimize would try, and the CPU milliseconds they are expected to take. */
export function triedBy({
  input,
  intent,
  engines,
  deadlineMs,
}: OptimizeFileJob): {
  readonly tried: readonly Strategy[];
  readonly costMs: number;
} {
  const { facts } = input;
  const { strategies }: Codec = CODECS[facts.format];
  const has = { engines: new Set(engines) };
  const leftMs = deadlineMs * OPTIMIZE_BUDGET_SHARE;
  const tried = strategies.filter(
    (strategy) =>
      whyNot(strategy, { facts, intent }, has, leftMs) === undefined,
  );
  const costMs = tried.reduce((sum, { cost }) => sum + cost(facts) * 1000, 0);
  return { tried, costMs };
}

/** The file as a strategy, or its forecast, is handed it. */
export async function workOf({
  input: { path, facts },
  intent,
}: OptimizeFileJob): Promise<OptimizeJob> {
  const input = await readBytes(path);
  return { input, inputPath: path, facts, intent, tolerance: "warning" };
}

async function byDoing(job: OptimizeFileJob): Promise<Estimate> {
  const { path, method, warnings, spans } = await optimize(job);
  const { size: bytes } = await stat(path);
  return {
    ...{ bytes, low: bytes, high: bytes },
    path: "exact",
    ...{ method, warnings, spans },
  };
}

type Told = Omit<Estimate, "spans">;

async function bySample(
  job: OptimizeFileJob,
  tried: readonly Strategy[],
  back: CodecBack,
  bench: VerbBench,
  budgetMs: number,
): Promise<Told> {
  if (job.input.facts.profile.kind === "broken") bench.warn("profile-ignored");
  const work = await workOf(job);
  const open = back.forecast!.open(work, bench, budgetMs);
  const expected: Expected[] = [];
  const late = waitingOf(tried, job.intent);
  const early = tried.filter((strategy) => !late.includes(strategy));
  for (const strategy of [...early, ...late]) {
    const rival = late.includes(strategy) ? rivalOf(expected) : Infinity;
    const foretell = (name: string) => open(name, rival);
    const one = await expect(strategy, work, back, bench, foretell);
    if (one) expected.push(one);
  }
  return choose(expected, job, bench);
}

/** Bytes from which on what waits is not tried. */
function rivalOf(expected: readonly Expected[]): number {
  const bold = expected.filter(({ strategy }) => isBold(strategy));
  return NEAR * Math.min(...bold.map(({ bytes }) => bytes));
}

/** What one strategy is expected to make; undefined where that is nothing worth sending. */
async function expect(
  strategy: Strategy,
  work: OptimizeJob,
  back: CodecBack,
  bench: VerbBench,
  foretell: Foretell,
): Promise<Expected | undefined> {
  const { name } = strategy;
  // What stripping leaves is known as soon as it is done, and that is quickly.
  if (name === metadataStrip.name) {
    const made = await back.run[name]!(work, bench);
    if (typeof made === "string") return undefined;
    const { length } = made.bytes;
    const { method, warnings = [] } = made;
    const band = { bytes: length, low: length, high: length };
    return { strategy, method, warnings, ...band };
  }
  const forecast = await foretell(name);
  if (typeof forecast === "string") return undefined;
  const { method, warnings = [], proof } = forecast;
  if (proof) {
    const { before, after, minScore } = proof;
    if ((await scoreOf(before, after, bench)) < minScore) return undefined;
  }
  const band = bandOf(name, forecast, back.forecast!.model);
  return { strategy, method, warnings, ...band };
}

/** The smallest that is smaller than the original, as optimize would choose; within the cap as it would be held. */
function choose(
  expected: readonly Expected[],
  { input, intent }: OptimizeFileJob,
  bench: VerbBench,
): Told {
  const original = input.facts.bytes;
  const floor = floorBytes(original, intent.maxReductionPercent);
  const strip = expected.find(
    ({ strategy }) => strategy.name === metadataStrip.name,
  );
  const isOver = strip !== undefined && strip.bytes < floor;
  if (isOver) bench.warn("cap-exceeded-by-stripping");
  const allowed = isOver
    ? [strip]
    : expected.flatMap((one) => capped(one, floor));
  const best = allowed
    .toSorted((a, b) => a.bytes - b.bytes)
    .find(({ bytes }) => bytes < original);
  if (!best) {
    // What came near may yet be smaller.
    const low = Math.min(original, ...allowed.map((one) => one.low));
    return {
      ...{ bytes: original, low, high: original },
      method: "none",
      path: "sample",
      warnings: [...bench.warnings],
    };
  }
  for (const token of best.warnings) bench.warn(token);
  const rivals = allowed.filter(({ strategy }) => strategy.loses === "nothing");
  return {
    bytes: best.bytes,
    low: Math.min(best.low, best.bytes),
    // No strategy that is sure stands behind a larger result.
    high: Math.min(best.high, original, ...rivals.map(({ high }) => high)),
    method: best.method,
    path: "sample",
    warnings: [...bench.warnings],
  };
}

/** What remains of an expectation under the cap: lossy coding is made gentler until it just holds it, anything else is given up. */
function capped(one: Expected, floor: number): Expected[] {
  if (one.bytes >= floor) return [{ ...one, low: Math.max(one.low, floor) }];
  if (one.strategy.loses === "nothing") return [];
  return [{ ...one, bytes: floor, low: floor, high: Math.round(floor * 1.05) }];
}
