// Tells what the strategies would make of a WebP, from samples of its picture or some of its frames.

import { decodeSamples } from "../../engines/sharp.ts";
import type {
  Forecast,
  OpenForecast,
  OptimizeJob,
  Proof,
  RawPixels,
  WorkBench,
} from "../codec.ts";
import { FAR, NotForetold } from "../forecast.ts";
import { bandsOf } from "../sample/bands.ts";
import { featuresOf, tell } from "../sample/two-phase.ts";
import type { Phases, Told } from "../sample/two-phase.ts";
import { assemble } from "./assemble.ts";
import { model } from "./model.ts";
import {
  hasAlpha,
  pictureBytes,
  pixelsOf,
  readContent,
  writeContent,
} from "./pictures.ts";
import type { Animation, CodedPicture } from "./pictures.ts";
import { losslessSettings, lossySettings, minScoreOf } from "./plan.ts";
import type { WebpSettings } from "./plan.ts";
import { losslessWays, lossyWays, maxPixels } from "./recode.ts";
import { costMs, phasesFor } from "./forecast-coders.ts";
import { strategies } from "./strategies.ts";

/** Share of the budget that goes into coding; the rest chooses squares and scores them. */
const CODING_SHARE = 0.8;
/** Frames that are coded at least, where there are so many. */
const LEAST_FRAMES = 4;
/** CPU milliseconds up to which a frame is coded whole: of 60,000 px (36 ms) few squares would be left. */
const WHOLE_FRAME_MS = 45;
/** Pixels that are scored in place of squares, whose edges weigh too much: a photo's squares of 128 px score up to 15 less than it does, its bands up to 7 more. */
const SCORED_PIXELS = 100_000;

/**
 * Pictures without loss of so few bytes and pixels are drawings: optimized in 30 to
 * 160 CPU-ms, twice that where loss is tried too, and told in 40 to 100, up to 19 % wrong.
 */
const LITTLE = { bytes: 30_000, pixels: 500_000 };

/** Of what another search without loss made of a still, ours leaves 0.79 to 1 (eighteen). */
const LEAST_OF_EXACT = 0.5;

export const forecast = { open, model };

function open(
  job: OptimizeJob,
  _bench: WorkBench,
  budgetMs: number,
): ReturnType<OpenForecast> {
  const { still, animation } = readContent(job.input);
  const { bytes, width, height, lossy } = job.facts;
  const isSmall = bytes < LITTLE.bytes && width * height <= LITTLE.pixels;
  if (still && !lossy && isSmall) throw new NotForetold("few bytes");
  const share = (budgetMs * CODING_SHARE) / coders(job);
  let picture: Promise<RawPixels> | undefined;
  return async (strategy, rival = Infinity) => {
    const isLossless = strategy === "webp-lossless";
    if (!still) return animated(animation, strategy, isLossless, job, share);
    if (isLossless && bytes * LEAST_OF_EXACT >= rival) return FAR;
    picture ??= decoded(still, job);
    return coded(still, await picture, strategy, isLossless, job, share);
  };
}

/** Strategies that code pixels of this file, and share the budget. */
function coders({ facts, intent }: OptimizeJob): number {
  const tried = strategies.slice(1).filter(({ applies }) => {
    return applies(facts, intent) === true;
  });
  return Math.max(1, tried.length);
}

function decoded(
  picture: CodedPicture,
  { tolerance, facts }: OptimizeJob,
): Promise<RawPixels> {
  return decodeSamples(writeContent({ still: picture }), {
    space: "srgb",
    tolerance,
    maxPixels: maxPixels(facts),
  });
}

async function coded(
  still: CodedPicture,
  picture: RawPixels,
  method: string,
  isLossless: boolean,
  job: OptimizeJob,
  budgetMs: number,
): Promise<Forecast> {
  const pixels = pixelsOf({ still });
  const { quality } = job.intent;
  const settings = isLossless
    ? losslessSettings({ pixels })
    : lossySettings(quality, { pixels, hasAlpha: hasAlpha(still) });
  const phases = phasesFor(settings, job, picture.channels === 4, budgetMs);
  const told = await tell(picture, phases);
  const { file, bytes } = told.coded;
  // Samples are coded with less effort then.
  const isThorough = settings.lossless && settings.quality === 100;
  return {
    method,
    pixelBytes: told.bytes,
    besideBytes: assemble(readContent(file), job, true).length - bytes,
    features: {
      ...featuresOf(told, pixels),
      // What another search without loss made of it says what ours can.
      ...(isLossless && { source: Math.log(pictureBytes(still) / told.bytes) }),
      thorough: isThorough ? 1 : 0,
    },
    // Turned samples are cut into other blocks.
    isWhole: told.by === "whole" && !isThorough && job.facts.orientation === 1,
    ...(!isLossless && {
      proof: {
        ...(await scored(picture, told, phases)),
        minScore: minScoreOf(quality),
      },
    }),
  };
}

/** What was coded and came of it; of squares, a few bands of the picture instead. */
async function scored(
  picture: RawPixels,
  { by, pixels: before, coded: { file: after } }: Told,
  { slow }: Phases,
): Promise<Pick<Proof, "before" | "after">> {
  if (by === "whole") return { before, after };
  const { pixels } = bandsOf(picture, { pixels: SCORED_PIXELS, bands: 2 });
  return { before: pixels, after: (await slow.code(pixels)).file };
}

/**
 * Of the frames that would be coded again, some are: every n-th in the order of
 * their bytes. What these shrink by, all do; the others' bytes are known.
 */
async function animated(
  animation: Animation,
  method: string,
  isLossless: boolean,
  job: OptimizeJob,
  budgetMs: number,
): Promise<Forecast | string> {
  const pixels = pixelsOf({ animation });
  const waysOf = (picture: CodedPicture): readonly WebpSettings[] =>
    isLossless
      ? losslessWays(picture, pixels)
      : lossyWays(picture, pixels, job);
  const pictures = animation.frames
    .map(({ picture }) => picture)
    .filter((picture) => waysOf(picture).length > 0)
    .toSorted((a, b) => pictureBytes(a) - pictureBytes(b));
  if (pictures.length === 0) return "frames-as-asked";
  const chosen = everyNth(pictures, framesFor(pictures, waysOf, budgetMs));
  const share = Math.max(budgetMs / chosen.length, WHOLE_FRAME_MS);
  let before = 0;
  let after = 0;
  for (const picture of chosen) {
    before += pictureBytes(picture);
    after += await smallest(picture, waysOf(picture), job, share);
  }
  const known = pictures.reduce((sum, one) => sum + pictureBytes(one), 0);
  return {
    method,
    pixelBytes: (known * after) / before,
    besideBytes: assemble({ animation }, job, false).length - known,
    features: { animated: 1 },
  };
}

function framesFor(
  pictures: readonly CodedPicture[],
  waysOf: (picture: CodedPicture) => readonly WebpSettings[],
  budgetMs: number,
): number {
  const wholeMs = pictures.reduce((sum, picture) => {
    const { width, height } = picture.bitstream;
    const costs = waysOf(picture).map((one) => costMs(one, width * height));
    return sum + costs.reduce((all, cost) => all + cost, 0);
  }, 0);
  const count = Math.floor((pictures.length * budgetMs) / wholeMs);
  return Math.min(Math.max(count, LEAST_FRAMES), pictures.length);
}

function everyNth<T>(items: readonly T[], count: number): T[] {
  return Array.from(
    { length: count },
    (_, index) => items[Math.floor(((index + 0.5) * items.length) / count)]!,
  );
}

/** Bytes of a frame as the smallest of what it was and what these settings make of it. */
async function smallest(
  picture: CodedPicture,
  ways: readonly WebpSettings[],
  job: OptimizeJob,
  budgetMs: number,
): Promise<number> {
  const pixels = await decoded(picture, job);
  let best = pictureBytes(picture);
  for (const settings of ways) {
    const isTranslucent = pixels.channels === 4;
    const share = budgetMs / ways.length;
    const told = await tell(
      pixels,
      phasesFor(settings, job, isTranslucent, share),
    );
    best = Math.min(best, told.bytes);
  }
  return best;
}
