// Makes a file smaller without changing what it is: picks the smallest faithful candidate, or keeps the original.

import { readFile, writeFile } from "node:fs/promises";

import type { CodecBack, OptimizeJob, Tolerance } from "../codecs/codec.ts";
import { metadataStrip } from "../codecs/metadata-strip.ts";
import { CODECS } from "../codecs/table.ts";
import { ServiceError } from "../errors.ts";
import type { Quality } from "../image/intent.ts";
import type { OptimizeFileJob, Outcome } from "../pool/protocol.ts";
import { benchOf } from "./bench.ts";
import type { VerbBench } from "./bench.ts";
import { floorBytes, gentler } from "./cap.ts";
import { decodeFile } from "./decode.ts";
import { judgeDamage } from "./damage.ts";
import { race } from "./race.ts";
import type { Declined, RaceResult, Runner } from "./race.ts";
import { whyUnfaithful } from "./verify.ts";

/**
 * Share of the job's deadline that strategies may be expected to fill: costs
 * are estimates, and a machine under load takes twice as long.
 */
export const OPTIMIZE_BUDGET_SHARE = 0.5;

/** The strategy, of every format that carries metadata, that does nothing but take it out. */
const METADATA_STRIP = metadataStrip.name;

/** What a packed file that had to be cleaned may grow by when it is packed again (the contract's one exception). */
const REPACK_BYTES = 64;

/** Runs an optimize job. Throws `invalid_image`, `optimization_failed`, `tool_timeout`. */
export async function optimize(job: OptimizeFileJob): Promise<Outcome> {
  const start = performance.now();
  const { facts, path } = job.input;
  const codec = CODECS[facts.format];
  const back: CodecBack = await codec.back();
  const bench = benchOf(job);
  if (facts.profile.kind === "broken") bench.warn("profile-ignored");
  const received = new Uint8Array(await readFile(path));
  const input = back.sanitize?.(received, bench) ?? received;
  const inputPath =
    input === received ? path : bench.scratch(`clean.${codec.extension}`);
  if (input !== received) await writeFile(inputPath, input);
  const asked: OptimizeJob = {
    input,
    inputPath,
    facts,
    intent: job.intent,
    tolerance: "warning",
  };
  const budgetMs = job.deadlineMs * OPTIMIZE_BUDGET_SHARE;
  const { work, entered } = await raceTolerantly(
    job,
    asked,
    back,
    bench,
    budgetMs,
  );
  const { runner, declined } = await choose(job, work, entered, back, bench);
  if (!runner) await proveOriginal(job, entered, back, bench);
  const bytes = runner?.candidate.bytes ?? input;
  if (bytes.length > received.length + REPACK_BYTES) throw grown();
  for (const token of runner?.candidate.warnings ?? []) bench.warn(token);

  const outputPath = runner
    ? bench.scratch(`result.${codec.extension}`)
    : inputPath;
  if (runner) await writeFile(outputPath, runner.candidate.bytes);
  return {
    format: codec.id,
    path: outputPath,
    width: facts.width,
    height: facts.height,
    method: runner?.candidate.method ?? "none",
    warnings: [...bench.warnings],
    declined: [...declined],
    spans: { encode: performance.now() - start },
  };
}

/** Races on a sound file; when something did not decode, judges the damage and races once more as far as it bears. Gives the job as it was raced. */
async function raceTolerantly(
  job: OptimizeFileJob,
  work: OptimizeJob,
  back: CodecBack,
  bench: VerbBench,
  budgetMs: number,
): Promise<{ readonly work: OptimizeJob; readonly entered: RaceResult }> {
  const { strategies } = CODECS[work.facts.format];
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

async function toleranceFor(
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

/** The smallest candidate that is faithful, smaller than the original and within the cap; none when the original stands. */
async function choose(
  job: OptimizeFileJob,
  work: OptimizeJob,
  entered: RaceResult,
  back: CodecBack,
  bench: VerbBench,
): Promise<{ runner?: Runner; declined: readonly Declined[] }> {
  const declined = [...entered.declined];
  const original = work.input.length;
  const floor = floorBytes(
    job.input.facts.bytes,
    job.intent.maxReductionPercent,
  );
  if (original < floor) bench.warn("cap-exceeded-by-stripping");
  const capped = await withinCap(work, entered.made, floor, back, bench);
  // Stable: of equal sizes the earlier strategy, which loses less, comes first.
  const ranked = capped.runners.toSorted(
    (a, b) => a.candidate.bytes.length - b.candidate.bytes.length,
  );
  let winner: Runner | undefined;
  for (const runner of ranked) {
    const { name } = runner.strategy;
    const { length } = runner.candidate.bytes;
    if (winner) declined.push({ strategy: name, reason: "larger" });
    else if (length >= original) {
      declined.push({ strategy: name, reason: "not-smaller" });
    } else {
      const fault = await whyUnfaithful(
        runner,
        work,
        back,
        bench,
        job.maxPixels,
      );
      if (fault === undefined) winner = runner;
      else declined.push({ strategy: name, reason: fault });
    }
  }
  declined.push(...capped.declined);
  if (winner) return { runner: winner, declined };
  refuseLeak(work, entered);
  return { declined };
}

/**
 * The original may stand only when it decodes: strategies that had nothing to
 * do, or read more leniently than others, do not tell. Drawings are text, and
 * what is refused or shown in many frames is not ours to draw.
 */
async function proveOriginal(
  job: OptimizeFileJob,
  entered: RaceResult,
  back: CodecBack,
  bench: VerbBench,
): Promise<void> {
  const { facts } = job.input;
  const isJudged = entered.failures.length > 0;
  if (isJudged || facts.frames > 1 || CODECS[facts.format].vector) return;
  try {
    await toleranceFor(job, back, bench, undefined);
  } catch (error) {
    const isUnread =
      error instanceof ServiceError && error.code === "unsupported_format";
    if (!isUnread) throw error;
  }
}

function grown(): ServiceError {
  return new ServiceError(
    "optimization_failed",
    "The image can only be made safe by making it larger.",
    { tool: "sanitizer" },
  );
}

/** Runners with those below the floor made gentler, or left out; stripping alone may go below. */
async function withinCap(
  work: OptimizeJob,
  made: readonly Runner[],
  floor: number,
  back: CodecBack,
  bench: VerbBench,
): Promise<{ runners: Runner[]; declined: Declined[] }> {
  const runners: Runner[] = [];
  const declined: Declined[] = [];
  const least = made.find(({ strategy }) => strategy.name === METADATA_STRIP);
  if (least && least.candidate.bytes.length < floor) {
    bench.warn("cap-exceeded-by-stripping");
    const rest = made.filter((runner) => runner !== least);
    return {
      runners: [least],
      declined: rest.map(({ strategy: { name } }) => over(name)),
    };
  }
  for (const runner of made) {
    const { strategy, candidate } = runner;
    if (candidate.bytes.length >= floor) {
      runners.push(runner);
      continue;
    }
    const run = back.run[strategy.name];
    const softer =
      strategy.loses === "pixels" && run
        ? await gentler(work.intent.quality.value, floor, async (value) => {
            const result = await run(atQuality(work, value), bench);
            return typeof result === "string"
              ? undefined
              : { strategy, candidate: result };
          })
        : undefined;
    if (softer) runners.push(softer);
    else declined.push(over(strategy.name));
  }
  return { runners, declined };
}

function over(strategy: string): Declined {
  return { strategy, reason: "over-cap" };
}

function atQuality(work: OptimizeJob, value: number): OptimizeJob {
  const quality: Quality = { ...work.intent.quality, value };
  return { ...work, intent: { ...work.intent, quality } };
}

/**
 * The original may stand only when nothing that had to go is in it: with
 * stripping asked and failed, sending it back would leak what it carries.
 */
function refuseLeak({ intent, facts }: OptimizeJob, result: RaceResult): void {
  const stripFailed = intent.stripMetadata && result.failures.length > 0;
  if (!stripFailed || facts.metadata.length === 0) return;
  throw new ServiceError(
    "optimization_failed",
    "The image's metadata could not be removed.",
    { tool: METADATA_STRIP },
    { cause: result.failures[0] },
  );
}
