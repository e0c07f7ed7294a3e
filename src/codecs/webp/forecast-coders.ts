// Which of libwebp's settings a sample is coded with, and how much of a picture; the settings asked about are plan.ts's.

import type { Samples } from "../../engines/sharp.ts";
import type { OptimizeJob, RawPixels } from "../codec.ts";
import { bandsOf } from "../sample/bands.ts";
import { mosaicOf } from "../sample/mosaic.ts";
import type { Mosaic } from "../sample/mosaic.ts";
import type { Coder, Phases } from "../sample/two-phase.ts";
import { pictureBytes, readContent } from "./pictures.ts";
import type { WebpSettings } from "./plan.ts";
import { encodeStill } from "./recode.ts";

/**
 * CPU milliseconds a megapixel, lossy (2.5 GHz Xeon under load: 400–900 for
 * effort 6, 125–150 for 4, 80 for 2). Effort 2 of the whole picture, times the
 * ratio that 0.04 MP tell, has an error of 1.2 % (standard deviation, nine
 * pictures of 0.3 to 1.2 MP); effort 0 has 4.4 %, and 0.08 MP in squares of 64
 * px through effort 6 alone 5.7 %.
 */
const LOSSY_MS = { thorough: 600, quick: 130, fast: 80 };
/** The same, lossless: quality 100 at effort 5; 75 at 4; 1 at 0. */
const LOSSLESS_MS = { thorough: 4400, quick: 1500, fast: 120 };

/** Where there is time for squares of this edge, they tell more: 0.8 MP in them 3.2 %, in those of 64 px 4.4 % (eight photos). */
const LARGE = { edge: 128, fromPixels: 300_000 };
const SMALL_EDGE = 64;
const BANDS = 12;

/** How the outcome of `settings` is told. `hasAlpha` is the sample's. */
export function phasesFor(
  settings: WebpSettings,
  job: OptimizeJob,
  hasAlpha: boolean,
  budgetMs: number,
): Phases {
  const coder = (chosen: WebpSettings, msPerMegapixel: number): Coder => {
    return { msPerMegapixel, code: (pixels) => coded(pixels, job, chosen) };
  };
  if (settings.lossless) {
    // What quality 100 makes is 94 to 99 % of what 75 does: for the fit to learn.
    const usual: WebpSettings = { lossless: true, quality: 75, effort: 4 };
    return {
      slow: coder(usual, LOSSLESS_MS.quick),
      fast: coder({ ...usual, quality: 1, effort: 0 }, LOSSLESS_MS.fast),
      budgetMs,
      take: (picture, pixels) => bandsOf(picture, { pixels, bands: BANDS }),
    };
  }
  const { quality, smartSubsample } = settings;
  const take = (picture: RawPixels, pixels: number): Mosaic => {
    const edge = pixels < LARGE.fromPixels ? SMALL_EDGE : LARGE.edge;
    return mosaicOf(picture, { edge, pixels, hasAlpha });
  };
  if (!smartSubsample) {
    return { slow: coder(settings, LOSSY_MS.quick), budgetMs, take };
  }
  return {
    slow: coder(settings, LOSSY_MS.thorough),
    fast: coder({ quality, effort: 2 }, LOSSY_MS.fast),
    ...{ budgetMs, take },
  };
}

/** CPU milliseconds that a picture takes at these settings. */
export function costMs(settings: WebpSettings, pixels: number): number {
  const { thorough, quick } = settings.lossless ? LOSSLESS_MS : LOSSY_MS;
  const isThorough = settings.smartSubsample ?? settings.quality === 100;
  return ((isThorough ? thorough : quick) * pixels) / 1e6;
}

async function coded(
  pixels: Samples,
  job: OptimizeJob,
  settings: WebpSettings,
) {
  const file = await encodeStill(pixels, job, settings);
  const { still } = readContent(file);
  if (!still) throw new Error("libwebp made an animation of a still");
  return { file, bytes: pictureBytes(still) };
}
