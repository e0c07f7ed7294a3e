// Tells what the strategies would make of a JPEG XL, from parts of its picture.

import { readFile, stat, writeFile } from "node:fs/promises";

import type {
  Forecast,
  OpenForecast,
  OptimizeJob,
  Proof,
  RawPixels,
  WorkBench,
} from "../codec.ts";
import { bandOf, FAR, NotForetold } from "../forecast.ts";
import { bandsOf } from "../sample/bands.ts";
import { featuresOf, tell } from "../sample/two-phase.ts";
import type { Phases, Told } from "../sample/two-phase.ts";
import { model } from "./model.ts";
import { decodeFiles, type DecodedFiles } from "./pixels.ts";
import {
  gainsLittle,
  isDrawn,
  losslessSettings,
  lossySettings,
  minScoreFor,
} from "./plan.ts";
import { pnmOf, stackPnm } from "./pnm.ts";
import { dressed, encodeAgain, isLittle } from "./recode.ts";
import { phasesFor } from "./forecast-coders.ts";
import { strategies } from "./strategies.ts";
import { cannotBeExact, cannotLose } from "./survival.ts";

/** CPU milliseconds of each strategy's share that do not depend on how much is sampled: starting cjxl two or three times, or once and djxl for the score. */
const FIXED_MS = 25;
const QUICK_EXACT = { distance: 0, effort: 1 };
/** Share of what remains that goes into coding; the rest chooses squares, writes and scores them. */
const CODING_SHARE = 0.85;

/** Pixels that are scored where more were coded: a megapixel takes as long to score as to code. */
const SCORED_PIXELS = 100_000;

/** Of what another search without loss made of a photo, ours leaves no less: 0.87 to 1 of seven. */
const LEAST_OF_EXACT = 0.5;

/** Of smaller files the container is most: it is known only once it is written. */
const LEAST_BYTES = 2048;

export const forecast = { open, model };

interface Opened {
  readonly picture: RawPixels;
  /** Path of the profile that the file names. */
  readonly profile: string;
}

function open(
  job: OptimizeJob,
  bench: WorkBench,
  budgetMs: number,
): ReturnType<OpenForecast> {
  // What repeats in a drawing lies too far apart for parts to tell: they told
  // three screenshots two thirds too small, and one twice too large.
  if (isDrawn(job.facts)) throw new NotForetold("a drawing");
  if (job.input.length < LEAST_BYTES) throw new NotForetold("few bytes");
  let opened: Promise<Opened> | undefined;
  return async (strategy, rival = Infinity) => {
    const isLossless = strategy === "jxl-lossless";
    const reason = isLossless ? cannotBeExact(job) : cannotLose(job);
    if (reason !== undefined) return reason;
    if (isLossless && job.input.length * LEAST_OF_EXACT >= rival) return FAR;
    opened ??= decodeFiles(job.inputPath, job.facts, bench).then(pixelsOf);
    const told = isLossless ? exact : lossy;
    const share = budgetMs * shareOf(strategy, job);
    const codingMs = Math.max(share / 3, share - FIXED_MS) * CODING_SHARE;
    return told(await opened, job, bench, codingMs);
  };
}

/** A strategy's share of the budget: where both are tried, the result with loss is nearly always the smaller, and worth more of it. */
function shareOf(strategy: string, { facts, intent }: OptimizeJob): number {
  const tried = strategies.slice(1).filter(({ applies }) => {
    return applies(facts, intent) === true;
  });
  if (tried.length < 2) return 1;
  return strategy === "jxl-lossless" ? 1 / 3 : 2 / 3;
}

async function pixelsOf({ frames, original }: DecodedFiles): Promise<Opened> {
  const files = await Promise.all(
    frames.slice(0, 1).map((path) => readFile(path)),
  );
  return { picture: stackPnm(files), profile: original };
}

async function exact(
  { picture, profile }: Opened,
  job: OptimizeJob,
  bench: WorkBench,
  budgetMs: number,
): Promise<Forecast> {
  const settings = losslessSettings(job.facts);
  const hasAlpha = picture.channels % 2 === 0;
  const phases = phasesFor(settings, job, bench, { hasAlpha, budgetMs });
  const told = await tell(picture, phases);
  const { file, bytes } = told.coded;
  const named = await profileBytes(profile, picture, job, bench);
  return {
    method: "jxl-lossless",
    pixelBytes: told.bytes,
    besideBytes: dressed(file, job).length - bytes + named,
    features: {
      ...featuresOf(told, picture.width * picture.height),
      // What another search made of it says what ours can.
      source: Math.log(job.input.length / told.bytes),
      thorough: settings.effort > 4 ? 1 : 0,
    },
    // A profile's bytes are told by those of one pixel.
    isWhole: told.by === "whole" && job.facts.profile.kind !== "other",
  };
}

async function lossy(
  { picture }: Opened,
  job: OptimizeJob,
  bench: WorkBench,
  budgetMs: number,
): Promise<Forecast | string> {
  const { facts, intent } = job;
  const settings = lossySettings(intent.quality, facts);
  const hasAlpha = picture.channels % 2 === 0;
  const phases = phasesFor(settings, job, bench, { hasAlpha, budgetMs });
  const told = await tell(picture, phases);
  const { coded } = told;
  const isAsAsked = told.by === "whole" && !phases.isStandIn;
  const expected: Forecast = {
    method: "jxl-reencode",
    pixelBytes: told.bytes,
    besideBytes: dressed(coded.file, job).length - coded.bytes,
    features: {
      ...featuresOf(told, picture.width * picture.height),
      thorough: settings.effort > 4 ? 1 : 0,
      // Bands end what surrounds a cut-out.
      bands: hasAlpha && told.by === "sample" ? 1 : 0,
    },
    isWhole: isAsAsked && !isLittle(coded.file.length),
    proof: {
      ...(isAsAsked
        ? { before: told.pixels, after: coded.file }
        : await scored(picture, told, phases)),
      minScore: minScoreFor(intent.quality),
    },
  };
  const { bytes } = bandOf(expected.method, expected, model);
  return gainsLittle(bytes, facts) ? "little-gain" : expected;
}

/** What was coded and came of it; where that is much, a few bands of the picture instead. */
async function scored(
  picture: RawPixels,
  { pixels: before, coded }: Told,
  { slow }: Phases,
): Promise<Pick<Proof, "before" | "after">> {
  if (before.width * before.height <= 2 * SCORED_PIXELS) {
    return { before, after: coded.file };
  }
  const { pixels } = bandsOf(picture, { pixels: SCORED_PIXELS, bands: 2 });
  return { before: pixels, after: (await slow.code(pixels)).file };
}

/** What a profile takes in a codestream: that of one pixel with it, less that of one without. */
async function profileBytes(
  profile: string,
  { data, channels }: RawPixels,
  job: OptimizeJob,
  bench: WorkBench,
): Promise<number> {
  if (job.facts.profile.kind !== "other") return 0;
  const frame = bench.scratch("pixel.pnm");
  const pixel = {
    data: data.slice(0, channels),
    width: 1,
    height: 1,
    channels,
  };
  await writeFile(frame, pnmOf(pixel));
  const sizes = [];
  for (const source of [{ frame, profile }, { frame }]) {
    const made = await encodeAgain(source, QUICK_EXACT, job, bench);
    sizes.push((await stat(made)).size);
  }
  return sizes[0]! - sizes[1]!;
}
