// Tells what coding an AVIF again would make of it, from squares of its pixels.

import { decodeSamples } from "../../engines/sharp.ts";
import type {
  Forecast,
  OpenForecast,
  OptimizeJob,
  RawPixels,
  WorkBench,
} from "../codec.ts";
import { mediaBytes, recoded } from "../heif-forecast.ts";
import { cannotRecode } from "../heif-optimize.ts";
import { mosaicOf } from "../sample/mosaic.ts";
import { tell } from "../sample/two-phase.ts";
import type { Coder } from "../sample/two-phase.ts";
import { model } from "./model.ts";
import { reencodeSettings } from "./plan.ts";
import type { AvifSettings } from "./plan.ts";
import { encodeAgain, maxPixels, spaceOf } from "./recode.ts";

/** Half as much again as libaom's superblock: squares of 64, 96 and 128 px told sizes with deviations of 12, 7 and 11 % (39 cases, unfitted). */
const EDGE = 96;

/**
 * CPU milliseconds that libaom takes for a megapixel, by effort (2.5 GHz Xeon
 * under load). Effort 0 sees what 3 does: all of it at 0, times the ratio that
 * 0.05 to 0.1 MP tell, has an error of 2 to 2.5 % (standard deviation, eight
 * pictures); 0.1 MP at 3 alone has 7 %.
 */
const MS_PER_MEGAPIXEL = { 0: 90, 1: 250, 3: 1300 } as const;
/** Full chroma doubles the samples that libaom has to code. */
const FULL_CHROMA = 1.8;

/** Share of the budget that goes into coding; the rest chooses squares and scores them. */
const CODING_SHARE = 0.85;

export const forecast = { open, model };

function open(
  job: OptimizeJob,
  _bench: WorkBench,
  budgetMs: number,
): ReturnType<OpenForecast> {
  return async () => {
    const obstacle = cannotRecode(job);
    if (obstacle !== undefined) return obstacle;
    const { facts, tolerance } = job;
    const picture = await decodeSamples(job.inputPath, {
      space: spaceOf(facts),
      tolerance,
      maxPixels: maxPixels(facts),
    });
    return foretold(picture, job, budgetMs * CODING_SHARE);
  };
}

async function foretold(
  picture: RawPixels,
  job: OptimizeJob,
  budgetMs: number,
): Promise<Forecast> {
  const { facts, intent } = job;
  const settings = reencodeSettings(intent.quality, facts);
  const hasAlpha = picture.channels % 2 === 0;
  const told = await tell(picture, {
    slow: coderOf(settings, job),
    fast: coderOf({ ...settings, effort: 0 }, job),
    budgetMs,
    take: (whole, pixels) => mosaicOf(whole, { edge: EDGE, pixels, hasAlpha }),
  });
  return recoded("avif-reencode", told, picture, job, settings.effort > 1);
}

function coderOf(settings: AvifSettings, job: OptimizeJob): Coder {
  const { effort, chromaSubsampling } = settings;
  const known = effort === 0 ? 0 : effort === 1 ? 1 : 3;
  const factor = chromaSubsampling === "4:4:4" ? FULL_CHROMA : 1;
  return {
    msPerMegapixel: MS_PER_MEGAPIXEL[known] * factor,
    code: async (pixels) => {
      const file = await encodeAgain(pixels, job, settings);
      return { file, bytes: mediaBytes(file) };
    },
  };
}
