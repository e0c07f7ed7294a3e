// Tells what optimize would make of a file, and how sure that is: by doing it where that is quick, else from samples.

import { stat } from "node:fs/promises";

import { readBytes } from "../codecs/containers/reader.ts";
import type {
  Codec,
  CodecBack,
  Foretell,
  OptimizeJob,
  Strategy,
  Tolerance,
} from "../codecs/codec.ts";
import { bandOf, exactly, NotForetold } from "../codecs/forecast.ts";
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
import {
  isBold,
  NEAR,
  OPTIMIZE_BUDGET_SHARE,
  toleranceFor,
  waitingOf,
} from "./contest.ts";
import { optimize } from "./optimize.ts";
import { isTimeout, whyNot } from "./race.ts";
import { scoreOf } from "./sample-score.ts";

/** A strategy's result as it is expected. */
interface Expected extends Band {
  readonly strategy: Strategy;
  readonly method: string;
  readonly warnings: readonly string[];
  /** Done, not told. */
  readonly isDone: boolean;
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
  const work = await workOf(asked);
  const { budgetMs } = job.intent;
  const tell = (tolerance: Tolerance): Promise<Told> =>
    bySample(asked, { ...work, tolerance }, tried, back, bench, budgetMs);
  try {
    const told = await tell("warning").catch(async (cause: unknown) => {
      if (cause instanceof NotForetold || isTimeout(cause)) throw cause;
      const tolerance = await toleranceFor(asked, back, bench, cause);
      if (tolerance === "warning") throw cause;
      return tell(tolerance);
    });
    return { ...told, spans: { encode: performance.now() - start } };
  } catch (cause) {
    if (isTimeout(cause)) throw cause;
    // No part can stand for it, or it is damaged beyond what can be borne: optimize says how.
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
    ...exactly(bytes),
    path: "exact",
    ...{ method, warnings, spans },
  };
}

type Told = Omit<Estimate, "spans">;

async function bySample(
  job: OptimizeFileJob,
  work: OptimizeJob,
  tried: readonly Strategy[],
  back: CodecBack,
  bench: VerbBench,
  budgetMs: number,
): Promise<Told> {
  if (job.input.facts.profile.kind === "broken") bench.warn("profile-ignored");
  const open = back.forecast!.open(work, bench, budgetMs);
  const expected: Expected[] = [];
  const reasons = new Set<string>();
  const late = waitingOf(tried, job.intent);
  const early = tried.filter((strategy) => !late.includes(strategy));
  for (const strategy of [...early, ...late]) {
    const rival = late.includes(strategy) ? rivalOf(expected) : Infinity;
    const foretell = (name: string) => open(name, rival);
    const one = await expect(strategy, work, back, bench, foretell).catch(
      (cause: unknown) => {
        const isFinal = cause instanceof NotForetold || isTimeout(cause);
        if (isFinal || work.tolerance === "warning") throw cause;
        return BROKEN;
      },
    );
    if (typeof one === "string") reasons.add(one);
    else expected.push(one);
  }
  const coded = expected.filter(({ strategy }) => {
    return strategy.name !== metadataStrip.name;
  });
  // Nothing of a damaged file can be told: optimize says what becomes of it.
  if (coded.length === 0 && reasons.has(BROKEN)) throw new NotForetold(BROKEN);
  const isSure = TOLD_REASONS.every((reason) => !reasons.has(reason));
  return choose(expected, isSure, job, bench);
}

/** Of a strategy that cannot read what is damaged, though it can be borne. */
const BROKEN = "broken";

/** Reasons that the whole may not have, where a part had them. */
const TOLD_REASONS = [
  BROKEN,
  "score-too-low",
  "little-gain",
  "hardly-settles",
  "frames-cleared",
  "palette-lost",
];

/** Bytes from which on what waits is not tried. */
function rivalOf(expected: readonly Expected[]): number {
  const bold = expected.filter(({ strategy }) => isBold(strategy));
  return NEAR * Math.min(...bold.map(({ bytes }) => bytes));
}

/** What one strategy is expected to make, or why that is nothing worth sending. */
async function expect(
  strategy: Strategy,
  work: OptimizeJob,
  back: CodecBack,
  bench: VerbBench,
  foretell: Foretell,
): Promise<Expected | string> {
  const { name } = strategy;
  // What stripping leaves is known as soon as it is done, and that is quickly.
  if (name === metadataStrip.name) {
    const made = await back.run[name]!(work, bench);
    if (typeof made === "string") return made;
    const { method, warnings = [] } = made;
    const band = exactly(made.bytes.length);
    return { strategy, method, warnings, isDone: true, ...band };
  }
  const forecast = await foretell(name);
  if (typeof forecast === "string") return forecast;
  const { method, warnings = [], proof, isWhole: isDone = false } = forecast;
  if (proof) {
    const { before, after, minScore } = proof;
    const score = await scoreOf(before, after, bench);
    if (score < minScore) return "score-too-low";
  }
  const band = bandOf(name, forecast, back.forecast!.model);
  return { strategy, method, warnings, isDone, ...band };
}

/**
 * The smallest that is smaller than the original, as optimize would choose; within the cap as it would be held.
 * `isSure`: what is not expected will surely not be made.
 */
function choose(
  expected: readonly Expected[],
  isSure: boolean,
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
  // Nobody has read the picture where stripping alone was done.
  const isTried = expected.some((one) => one.isDone && one !== strip);
  const best = allowed
    .toSorted((a, b) => a.bytes - b.bytes)
    .find(({ bytes }) => bytes < original);
  const none = { ...exactly(original), method: "none", isDone: isTried };
  const chosen = best ?? none;
  for (const token of best?.warnings ?? []) bench.warn(token);
  const { bytes, method, isDone } = chosen;
  // Of those further off none has won yet (contest.ts); a cap has others win.
  const near = intent.maxReductionPercent === null ? NEAR * bytes : Infinity;
  const rivals = expected.filter((one) => {
    return one.strategy !== best?.strategy && !one.isDone && one.low < near;
  });
  // What came near may yet be smaller than the original, or than what is done.
  const isTold = best !== undefined && !isDone;
  const unsure = isTold ? [] : allowed.filter((one) => !one.isDone);
  const exact = allowed.filter(({ strategy }) => strategy.loses === "nothing");
  return {
    bytes,
    low: Math.min(chosen.low, bytes, ...unsure.map(({ low }) => low)),
    // No strategy that is sure stands behind a larger result.
    high: Math.min(chosen.high, original, ...exact.map(({ high }) => high)),
    method,
    path: isSure && isDone && rivals.length === 0 ? "exact" : "sample",
    warnings: [...bench.warnings],
  };
}

/** What remains of an expectation under the cap: lossy coding is made gentler until it just holds it, anything else is given up. */
function capped(one: Expected, floor: number): Expected[] {
  if (one.bytes >= floor) return [{ ...one, low: Math.max(one.low, floor) }];
  if (one.strategy.loses === "nothing") return [];
  const band = { bytes: floor, low: floor, high: Math.round(floor * 1.05) };
  return [{ ...one, ...band, isDone: false }];
}
