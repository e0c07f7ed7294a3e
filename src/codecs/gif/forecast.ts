// Tells what gifsicle would make of a GIF: of some of its frames, or of rows of its only one; the very thing where that is quick.

import { writeFile } from "node:fs/promises";

import { sharp } from "../../engines/sharp.ts";
import type {
  Forecast,
  OpenForecast,
  OptimizeJob,
  RawPixels,
  WorkBench,
} from "../codec.ts";
import { readerOfBytes } from "../containers/reader.ts";
import { assemble, stripped } from "./assemble.ts";
import { structureOf, type Structure } from "./blocks.ts";
import { decode } from "./decode.ts";
import { header } from "./header.ts";
import { model } from "./model.ts";
import { drawnPixels, framesIn, imageBytes, rowsIn, type Run } from "./part.ts";
import { mayLose } from "../quality-scale.ts";
import { LOSSLESS, lossSettings } from "./plan.ts";
import type { LossSettings } from "./plan.ts";
import { recodeFrames, recodeSettled, whyNot } from "./recode.ts";
import type { Recode, Recoded } from "./recode.ts";

/** CPU milliseconds for a megapixel of frames, pictures that are drawn in full: exactly, and with loss, twice looked at and scored. */
const MS_PER_MEGAPIXEL = { exact: 200, lossy: 800 };
/** The same of a still, of which no search for what may stand is made. */
const MS_PER_STILL_MEGAPIXEL = { exact: 80, lossy: 400 };
/** Of the budget for exact coding where loss is tried too: that mostly wins. */
const EXACT_SHARE = 0.25;
/** Where the part is more of it, the whole is as quickly done. */
const MOST = 0.7;
/** Fewer frames in one run tell little of what moves. */
const LEAST_FRAMES = 2;
const LEAST_RUN = 3;
const BANDS = 4;

export const forecast = { open, model };

interface Source {
  readonly job: OptimizeJob;
  readonly bench: WorkBench;
  readonly file: Uint8Array;
  readonly structure: Structure;
}

function open(
  job: OptimizeJob,
  bench: WorkBench,
  budgetMs: number,
): ReturnType<OpenForecast> {
  const file = stripped(job);
  const structure = structureOf(file);
  const source = { job, bench, file, structure };
  const isWhole = structureOf(job.input).isWhole;
  const isLossy = mayLose(job.intent.quality) === true;
  const exactMs = isLossy ? budgetMs * EXACT_SHARE : budgetMs;
  return async (strategy) => {
    const reason = whyNot(structure, job.facts);
    if (reason !== undefined) return reason;
    const told =
      strategy === "gifsicle"
        ? await tell(source, LOSSLESS, exactMs, recodeFrames)
        : await tell(
            source,
            lossSettings(job.intent.quality),
            budgetMs - exactMs,
            strategy === "gifsicle-settled" ? recodeSettled : recodeFrames,
          );
    if (typeof told === "string" || isWhole) return told;
    return { ...told, warnings: ["truncated"] };
  };
}

function tell(
  source: Source,
  settings: LossSettings,
  budgetMs: number,
  recode: Recode,
): Promise<Forecast | string> {
  const { job, structure } = source;
  const isStill = job.facts.frames === 1;
  const { exact, lossy } = isStill ? MS_PER_STILL_MEGAPIXEL : MS_PER_MEGAPIXEL;
  const each = settings.lossiness > 0 ? lossy : exact;
  const share = (budgetMs * 1e6) / each / drawnPixels(structure);
  // Of a still's rows no more is known than what they take together: all is looked at, quickly.
  const isExactStill = isStill && settings.lossiness === 0;
  if (share >= MOST || isExactStill) return tellWhole(source, settings, recode);
  return isStill
    ? tellRows(source, settings, share)
    : tellFrames(source, settings, share, recode);
}

async function tellWhole(
  { job, bench, file }: Source,
  settings: LossSettings,
  recode: Recode,
): Promise<Forecast | string> {
  const made = await recode(file, job, bench, settings);
  if (typeof made === "string") return made;
  const { bytes, method } = made;
  const pixelBytes = sum(imageBytes(structureOf(bytes)));
  return {
    method,
    pixelBytes,
    besideBytes: assemble(bytes, job).length - pixelBytes,
    features: featuresOf({}),
    isWhole: true,
    ...(await proofOf(file, bytes, settings, bench)),
  };
}

/** A still's rows take with loss the share of what they take without that all take. */
async function tellRows(
  { job, bench, file, structure }: Source,
  settings: LossSettings,
  share: number,
): Promise<Forecast> {
  const { height } = job.facts;
  const rows = Math.max(BANDS, Math.round(height * share));
  const part = rowsIn(file, structure, rows, BANDS);
  const lossy = await recodeFrames(part, job, bench, settings);
  const exact = await recodeFrames(part, job, bench, LOSSLESS);
  const [told, known] = [lossy, exact].map((coded) => bytesOf(coded));
  const ratio = told! / known!;
  return {
    method: lossy.method,
    pixelBytes: sum(imageBytes(structure)) * ratio,
    besideBytes: assemble(lossy.bytes, job).length - told!,
    features: featuresOf({ rows: 1, rowsRatio: Math.log(ratio) }),
    ...(await proofOf(part, lossy.bytes, settings, bench)),
  };
}

async function tellFrames(
  { job, bench, file, structure }: Source,
  settings: LossSettings,
  share: number,
  recode: Recode,
): Promise<Forecast | string> {
  const before = imageBytes(structure);
  const runs = runsOf(before.length, share);
  const part = framesIn(file, structure, runs);
  const coded = await recode(part, job, bench, settings);
  if (typeof coded === "string") return coded;
  const after = imageBytes(structureOf(coded.bytes));
  // The first frame is drawn on nothing, and like no other.
  const chosen = runs.flatMap(({ first, count }) =>
    before.slice(first, first + count),
  );
  const ratio = sum(after.slice(1)) / Math.max(1, sum(chosen.slice(1)));
  const pixelBytes = after[0]! + sum(before.slice(1)) * ratio;
  const beside = assemble(coded.bytes, job).length - sum(after);
  return {
    method: coded.method,
    pixelBytes,
    besideBytes: beside + CONTROL_BYTES * (before.length - after.length),
    features: featuresOf({ ratio: Math.log(ratio) }),
    ...(await proofOf(part, coded.bytes, settings, bench)),
  };
}

const CONTROL_BYTES = 8;

/** From the start, and where there is time for it, from the middle of what follows. */
function runsOf(frames: number, share: number): Run[] {
  const count = Math.max(LEAST_FRAMES, Math.round(frames * share));
  if (count < 2 * LEAST_RUN) return [{ first: 0, count }];
  const start = Math.ceil(count / 2);
  const rest = count - start;
  const middle = start + Math.floor((frames - start - rest) / 2);
  return [
    { first: 0, count: start },
    { first: middle, count: rest },
  ];
}

function bytesOf({ bytes }: Recoded): number {
  return sum(imageBytes(structureOf(bytes)));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

type Feature = "rows" | "rowsRatio" | "ratio";

function featuresOf(
  told: Partial<Record<Feature, number>>,
): Record<Feature, number> {
  return { rows: 0, rowsRatio: 0, ratio: 0, ...told };
}

async function proofOf(
  before: Uint8Array,
  after: Uint8Array,
  { minScore }: LossSettings,
  bench: WorkBench,
): Promise<Pick<Forecast, "proof">> {
  if (minScore === 0) return {};
  return { proof: { before: await pixelsOf(before, bench), after, minScore } };
}

/** All frames, each below the last, as the service sees them. */
async function pixelsOf(
  file: Uint8Array,
  bench: WorkBench,
): Promise<RawPixels> {
  const facts = await header(readerOfBytes(file));
  const path = bench.scratch("part.gif");
  await writeFile(path, file);
  const decoded = await decode(path, facts, bench);
  const { data, info } = await sharp(decoded.path, {
    ignoreIcc: true,
    limitInputPixels: facts.width * facts.height * facts.frames,
    ...(decoded.stacked !== true && { pages: facts.frames }),
  })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: 4 };
}
