// Has the strategies of a format contest for a file: which are tried, in which turn, and which result stands.

import type {
  CodecBack,
  OptimizeJob,
  Strategy,
  Tolerance,
} from "../codecs/codec.ts";
import { bandOf } from "../codecs/forecast.ts";
import { CODECS } from "../codecs/table.ts";
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
const NEAR = 1.3;

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
  if (late.length === 0) return settle(job, first, back, bench);

  const { work, entered } = first;
  const bold = entered.made.filter(({ strategy }) => loses(strategy));
  const best = await choose(job, work, bold, back, bench);
  const { near, far } = await sorted(late, work, best.runner, back, bench);
  const leftMs = budgetMs - (performance.now() - start);
  const second = await raceTolerantly(near, job, work, back, bench, leftMs);
  const others = entered.made.filter(({ strategy }) => !loses(strategy));
  return settle(
    job,
    {
      work: second.work,
      entered: {
        made: [...others, ...second.entered.made],
        declined: [
          ...entered.declined,
          ...best.declined,
          ...far.map(({ name }) => ({ strategy: name, reason: "far-larger" })),
          ...second.entered.declined,
        ],
        failures: [...entered.failures, ...second.entered.failures],
      },
    },
    back,
    bench,
    best.runner,
  );
}

async function settle(
  job: OptimizeFileJob,
  { work, entered }: Raced,
  back: CodecBack,
  bench: VerbBench,
  proven?: Runner,
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

/**
 * Strategies that wait for what else loses pixels; none where nothing may, and none
 * under a cap, where the smallest is not what is sought.
 */
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
  const isCapped = work.intent.maxReductionPercent !== null;
  if (!tried.some(loses) || isCapped || !back.forecast) return [];
  return tried.filter(({ waits }) => waits);
}

/** Which of them may come near the best result so far. */
async function sorted(
  late: readonly Strategy[],
  work: OptimizeJob,
  best: Runner | undefined,
  back: CodecBack,
  bench: VerbBench,
): Promise<{ readonly near: Strategy[]; readonly far: Strategy[] }> {
  const near: Strategy[] = [];
  const far: Strategy[] = [];
  for (const strategy of late) {
    const isNear =
      !best ||
      (await lowOf(strategy, work, back, bench)) <
        NEAR * best.candidate.bytes.length;
    (isNear ? near : far).push(strategy);
  }
  return { near, far };
}

/** Bytes that a strategy is unlikely to fall below; 0 where nobody can tell. */
async function lowOf(
  { name }: Strategy,
  work: OptimizeJob,
  { forecast }: CodecBack,
  bench: VerbBench,
): Promise<number> {
  try {
    const told = await forecast!.open(work, bench, LOOK_MS)(name);
    return typeof told === "string"
      ? 0
      : bandOf(name, told, forecast!.model).low;
  } catch {
    // No part can stand for it, or it is damaged: trying it tells.
    return 0;
  }
}

function loses({ loses: loss }: Strategy): boolean {
  return loss === "pixels";
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
