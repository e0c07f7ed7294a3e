// Runs the cases: warm-ups apart, repeats interleaved, each result judged once; a case that fails stays in the result.

import { rm } from "node:fs/promises";
import { join } from "node:path";

import { optimizeRequest } from "../../src/http/optimize-options.ts";
import type { Judge } from "../score/judge.ts";
import type { ScoreResult } from "../score/score-result.ts";
import { DEFAULTS } from "./job.ts";
import type { Laboratory } from "./laboratory.ts";
import type { BenchCase } from "./matrix.ts";
import type { JobReport } from "./messages.ts";
import type { Mode, RunOptions } from "./options.ts";
import { progressBar } from "./progress.ts";
import type {
  BenchResult,
  CaseFailure,
  CaseOutcome,
  CaseResult,
  ReferenceRun,
  Run,
} from "./result.ts";
import { schedule } from "./schedule.ts";

export interface CaseRooms {
  readonly lab: Laboratory;
  readonly judge: Judge;
  readonly folder: string;
}

/** Pixels that a score looks at by mode; null for all, absent where nothing is scored. Half a second a case would spend the 3 minutes of quick. */
const SCORED_PIXELS: Readonly<Partial<Record<Mode, number | null>>> = {
  quick: 1e6,
  pr: 1e6,
  quality: null,
};

/** Milliseconds after which no repeat begins: a pull request has ten minutes, of which load and start take one. */
const REPEATS_END_MS: Readonly<Partial<Record<Mode, number>>> = {
  pr: 7.5 * 60_000,
};

interface Tally {
  readonly runs: Run[];
  readonly failures: CaseFailure[];
  outcome: CaseOutcome | null;
  score: ScoreResult | null;
}

export async function runCases(
  cases: readonly BenchCase[],
  options: RunOptions,
  rooms: CaseRooms,
): Promise<Pick<BenchResult, "cases"> & { reference: ReferenceRun[] }> {
  const tallies = new Map<BenchCase, Tally>(
    cases.map((item) => [
      item,
      { runs: [], failures: [], outcome: null, score: null },
    ]),
  );
  const warmUps = warmUpsOf(cases, options);
  const [first, repeats] = roundsOf(cases, options);
  const steps = warmUps.length + first.length + repeats.length;
  const progress = progressBar(options.mode, steps);
  const deadline =
    performance.now() + (REPEATS_END_MS[options.mode] ?? Infinity);
  const reference: ReferenceRun[] = [];
  for (const item of warmUps) {
    const report = await rooms.lab.run(requestOf(item, null, options));
    if ("failure" in report) tallies.get(item)!.failures.push(report.failure);
    progress.step(`${item.file.name} (warm-up)`);
  }
  for (const [index, item] of [...first, ...repeats].entries()) {
    if (index >= first.length && performance.now() > deadline) break;
    if (options.mode !== "memory") {
      reference.push(...(await rooms.lab.reference()));
    }
    await runOnce(item, tallies.get(item)!, options, rooms);
    progress.step(item.file.name);
  }
  progress.end();
  const results = [...tallies].map(([item, tally]) => resultOf(item, tally));
  return { cases: results, reference };
}

/** The cases in the order they run: what has to, then what stops when time is up. In pr mode medium alone is repeated, whose code the other presets share. */
function roundsOf(
  cases: readonly BenchCase[],
  { mode, repeat, seed }: RunOptions,
): [first: BenchCase[], repeats: BenchCase[]] {
  if (mode !== "pr") return [schedule(cases, repeat, seed), []];
  const repeated = cases.filter(({ preset }) => preset === "medium");
  return [schedule(cases, 1, seed), schedule(repeated, repeat - 1, seed)];
}

/** Timing warms every case, since caches and JIT are its noise; memory none, since a fresh process is its point; the others load each format's code. */
function warmUpsOf(
  cases: readonly BenchCase[],
  { mode, seed }: RunOptions,
): readonly BenchCase[] {
  if (mode === "timing") return schedule(cases, 1, seed);
  if (mode === "memory") return [];
  return [...Map.groupBy(cases, ({ file }) => file.format).values()].map(
    (ofFormat) =>
      ofFormat.reduce((a, b) => (b.file.bytes < a.file.bytes ? b : a)),
  );
}

async function runOnce(
  item: BenchCase,
  tally: Tally,
  options: RunOptions,
  { lab, judge, folder }: CaseRooms,
): Promise<void> {
  const maxPixels = SCORED_PIXELS[options.mode];
  const isScored = maxPixels !== undefined && tally.score === null;
  const keepAs = isScored ? join(folder, `result-${item.file.format}`) : null;
  if (options.mode === "memory") await lab.close();
  const report: JobReport = await lab.run(requestOf(item, keepAs, options));
  if ("failure" in report) {
    tally.failures.push(report.failure);
    return;
  }
  tally.runs.push(report.run);
  tally.outcome = report.outcome;
  if (isScored && keepAs !== null) {
    tally.score = await judge.score(item.file.path, keepAs, maxPixels);
    await rm(keepAs, { force: true });
  }
}

function requestOf(
  { file, preset }: BenchCase,
  keepAs: string | null,
  { mode }: RunOptions,
) {
  return {
    path: file.path,
    intent: optimizeRequest(
      [["preset", preset]],
      "json",
      DEFAULTS.DEFAULT_QUALITY,
    ).intent,
    encoders: {},
    keepAs,
    watchHeap: mode === "memory",
  };
}

function resultOf({ file, preset }: BenchCase, tally: Tally): CaseResult {
  const { name, format, bucket, tags, bytes: inputBytes } = file;
  return { file: name, format, bucket, tags, preset, inputBytes, ...tally };
}
