// Has the strategies of a format contest for a file: which are tried, in which turn, and which result stands.

import type {
  CodecBack,
  OptimizeJob,
  Strategy,
  Tolerance,
} from "../codecs/codec.ts";
import { bandOf, FAR } from "../codecs/forecast.ts";
import { CODECS } from "../codecs/table.ts";
import type { OptimizeIntent } from "../image/intent.ts";
import type { OptimizeFileJob } from "../pool/protocol.ts";
import type { VerbBench } from "./bench.ts";
import { choose } from "./choose.ts";
import { judgeDamage } from "./damage.ts";
import { decodeFile } from "./decode.ts";
import { race, whyNot } from "./race.ts";
import type { Declined, RaceResult, Runner } from "./race.ts";

/**
 * Share of the job's deadline that strategies may be expected to fill: costs
 * are estimates, and a machine under load takes twice as long.
 */
export const OPTIMIZE_BUDGET_SHARE = 0.5;
/** CPU milliseconds for a look at what a strategy would make. */
const LOOK_MS = 100;
/**
 * Times the bytes of the best result that a strategy's forecast, at the low end
 * of its interval, may take for it to be tried: of 220 cases none of
 * the 87 that were left out would have won.
 */
export const NEAR = 1.3;

export interface Contest {
  /** Absent when the original stands. */
  readonly runner?: Runner;
  readonly declined: readonly Declined[];
  /** The job as it was raced. */
  readonly work: OptimizeJob;
  readonly failures: readonly unknown[];
}

/** Throws `invalid_image` for damage that cannot be borne, `tool_timeout`. */
export async function contest(
  job: OptimizeFileJob,
  asked: OptimizeJob,
  back: CodecBack,
  bench: VerbBench,
): Promise<Contest> {
  const start = performance.now();
  const budgetMs = job.deadlineMs * OPTIMIZE_BUDGET_SHARE;
  const { strategies } = CODECS[asked.facts.format];
  const late = latecomers(strategies, asked, back, bench, budgetMs);
  const early = strategies.filter((strategy) => !late.includes(strategy));
  const first = await raceTolerantly(early, job, asked, back, bench, budgetMs);
  let { work } = first;
  let { made } = first.entered;
  const declined = [...first.entered.declined];
  const failures = [...first.entered.failures];
  let best: Runner | undefined;
  for (const strategy of late) {
    const bold = made.filter((runner) => isBold(runner.strategy));
    const choice = await choose(job, work, bold, back, bench, best);
    best = choice.runner;
    made = made.filter((runner) => !isBold(runner.strategy));
    declined.push(...choice.declined);
    if (best && (await isFar(strategy, work, best, back, bench))) {
      declined.push({ strategy: strategy.name, reason: FAR });
      continue;
    }
    const leftMs = budgetMs - (performance.now() - start);
    const one = [strategy];
    const next = await raceTolerantly(one, job, work, back, bench, leftMs);
    ({ work } = next);
    made = [...made, ...next.entered.made];
    declined.push(...next.entered.declined);
    failures.push(...next.entered.failures);
  }
  const entered = { made, declined, failures };
  return settle(job, { work, entered }, back, bench, best);
}

async function settle(
  job: OptimizeFileJob,
  { work, entered }: Raced,
  back: CodecBack,
  bench: VerbBench,
  proven: Runner | undefined,
): Promise<Contest> {
  const { made, declined, failures } = entered;
  const choice = await choose(job, work, made, back, bench, proven);
  return {
    ...choice,
    declined: [...declined, ...choice.declined],
    work,
    failures,
  };
}

/** Those that wait, where a forecast can tell whether they come near. */
function latecomers(
  strategies: readonly Strategy[],
  work: OptimizeJob,
  back: CodecBack,
  bench: VerbBench,
  budgetMs: number,
): readonly Strategy[] {
  const tried = strategies.filter(
    (one) => whyNot(one, work, bench, budgetMs) === undefined,
  );
  return back.forecast ? waitingOf(tried, work.intent) : [];
}

/**
 * Strategies that wait for what else loses pixels, themselves first where they do; none where
 * nothing may, and none under a cap, where the smallest is not what is sought.
 */
export function waitingOf(
  tried: readonly Strategy[],
  { maxReductionPercent }: OptimizeIntent,
): readonly Strategy[] {
  if (!tried.some(isBold) || maxReductionPercent !== null) return [];
  const late = tried.filter(({ waits }) => waits);
  return late.toSorted((a, b) => Number(isBold(b)) - Number(isBold(a)));
}

/** Whether a strategy will hardly come near the best result so far; what takes no longer than a look at it is not looked at. */
async function isFar(
  strategy: Strategy,
  work: OptimizeJob,
  best: Runner,
  back: CodecBack,
  bench: VerbBench,
): Promise<boolean> {
  if (strategy.cost(work.facts) * 1000 <= LOOK_MS) return false;
  const rival = NEAR * best.candidate.bytes.length;
  return (await lowOf(strategy, work, back, bench, rival)) >= rival;
}

/** Bytes that a strategy is unlikely to fall below, up to a rival's; 0 where nobody can tell. */
async function lowOf(
  { name }: Strategy,
  work: OptimizeJob,
  { forecast }: CodecBack,
  bench: VerbBench,
  rival: number,
): Promise<number> {
  try {
    const told = await forecast!.open(work, bench, LOOK_MS)(name, rival);
    if (told === FAR) return rival;
    return typeof told === "string"
      ? 0
      : bandOf(name, told, forecast!.model).low;
  } catch {
    // No part can stand for it, or it is damaged: trying it tells.
    return 0;
  }
}

/** Whether it may give up pixels. */
export function isBold({ loses }: Strategy): boolean {
  return loses === "pixels";
}

interface Raced {
  readonly work: OptimizeJob;
  readonly entered: RaceResult;
}

/** Races on a sound file; when something did not decode, judges the damage and races once more as far as it bears. Gives the job as it was raced. */
async function raceTolerantly(
  strategies: readonly Strategy[],
  job: OptimizeFileJob,
  work: OptimizeJob,
  back: CodecBack,
  bench: VerbBench,
  budgetMs: number,
): Promise<Raced> {
  const entered = await race(strategies, back, work, bench, budgetMs);
  if (entered.failures.length === 0) return { work, entered };
  const tolerance = await toleranceFor(job, back, bench, entered.failures[0]);
  if (tolerance === "warning") return { work, entered };
  const again = { ...work, tolerance };
  return {
    work: again,
    entered: await race(strategies, back, again, bench, budgetMs),
  };
}

/** How strictly a file that did not decode for `cause` is read once its damage has been judged bearable. */
export async function toleranceFor(
  job: OptimizeFileJob,
  back: CodecBack,
  bench: VerbBench,
  cause: unknown,
): Promise<Tolerance> {
  const { facts, path } = job.input;
  const codec = CODECS[facts.format];
  const decoded = await decodeFile(back, path, facts, bench);
  const picture = { path, facts, codec, back, decoded };
  const damage = await judgeDamage(picture, job.maxPixels, cause);
  if (damage === undefined) return "warning";
  bench.warn(damage.warning);
  return damage.tolerance;
}
