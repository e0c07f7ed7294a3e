// Tells what coding a HEIC again would make of it, from squares of its pixels.

import { decodeSamples } from "../../engines/sharp.ts";
import type {
  Forecast,
  OpenForecast,
  OptimizeJob,
  RawPixels,
  WorkBench,
} from "../codec.ts";
import { recoded } from "../heif-forecast.ts";
import { cannotRecode } from "../heif-optimize.ts";
import { tell } from "../sample/two-phase.ts";
import { decode } from "./decode.ts";
import { model } from "./model.ts";
import { emptyBytes, isAlmostEmpty, reencodeSettings } from "./plan.ts";
import { phasesFor } from "./forecast-coders.ts";

/**
 * CPU milliseconds of the budget that do not depend on how much is sampled:
 * starting heif-enc (12), and what decodes the sample to be scored (20), with their files.
 */
const FIXED_MS = 45;
/** Share of what remains that goes into coding; the rest chooses squares, writes and scores them. */
const CODING_SHARE = 0.85;

export const forecast = { open, model };

function open(
  job: OptimizeJob,
  bench: WorkBench,
  budgetMs: number,
): ReturnType<OpenForecast> {
  return async () => {
    const obstacle = cannotRecode(job);
    if (obstacle !== undefined) return obstacle;
    const picture = await decoded(job, bench);
    const codingMs = Math.max(budgetMs / 3, budgetMs - FIXED_MS) * CODING_SHARE;
    return foretold(picture, job, bench, codingMs);
  };
}

async function decoded(job: OptimizeJob, bench: WorkBench): Promise<RawPixels> {
  const { facts, inputPath, tolerance } = job;
  const { path, size } = await decode(inputPath, facts, bench);
  return decodeSamples(path, {
    space: facts.bitDepth > 8 ? "rgb16" : "srgb",
    tolerance,
    maxPixels: size.width * size.height,
  });
}

async function foretold(
  picture: RawPixels,
  job: OptimizeJob,
  bench: WorkBench,
  budgetMs: number,
): Promise<Forecast> {
  const { facts, intent } = job;
  const settings = reencodeSettings(intent.quality, facts);
  const hasAlpha = picture.channels % 2 === 0;
  const phases = phasesFor(settings, job, bench, { hasAlpha, budgetMs });
  const told = await tell(picture, phases);
  const bytes = Math.max(told.bytes, emptyBytes(picture));
  const one = recoded(
    "heic-reencode",
    { ...told, bytes },
    picture,
    job,
    settings.preset === "medium",
  );
  // Of what takes so little, finer looks are tried too.
  const isLittle = isAlmostEmpty(told.coded.file.length, picture);
  return isLittle ? { ...one, isWhole: false } : one;
}
