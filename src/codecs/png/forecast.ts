// Tells what the strategies would make of a PNG: from bands of its rows, from squares of its pixels, or from some of its frames.

import type {
  Forecast,
  Foretell,
  OpenForecast,
  OptimizeJob,
  WorkBench,
} from "../codec.ts";
import { FAR, NotForetold } from "../forecast.ts";
import { isAnimation } from "./animation.ts";
import { isSound } from "./chunks.ts";
import { foretellFrames } from "./forecast-frames.ts";
import { foretellPacked, lookAt, type Look } from "./forecast-packed.ts";
import { foretellPalette } from "./forecast-palette.ts";
import { model } from "./model.ts";
import { bitsPerPixel, isLarge } from "./plan.ts";
import { whyNoPalette } from "./strategies.ts";

/** Of the budget for packing where a palette is tried too: that mostly wins, then packing need not be known well. */
const PACKING_SHARE = 0.3;

/**
 * Files of so few bytes and pixels are drawings and tests: optimized in 70 to 290
 * CPU-ms where telling took 90 to 200; what little there is repeats itself beyond any
 * sample, and was told by 14 to 148 % wrong. Animations take longer, and are told better.
 */
const LITTLE = { bytes: 90_000, animatedBytes: 10_000, pixels: 1e6 };

/** Of what zlib makes, oxipng leaves 0.9 to 1 of photos, and where gray is told as color a third. */
const LEAST_OF_ZLIB = 0.4;

/** Bits a pixel below which a large file is optimized as quickly as read, 0.03 CPU-s a megapixel, and told no better than within a fifth. */
const FLAT_LARGE = 0.3;

export const forecast = { open, model };

function open(
  job: OptimizeJob,
  _bench: WorkBench,
  budgetMs: number,
): ReturnType<OpenForecast> {
  if (job.tolerance === "warning" && !isSound(job.input))
    throw new Error("The CRC of a critical chunk is wrong.");
  const { width, height, frames } = job.facts;
  const isSmall = width * height * frames <= LITTLE.pixels;
  const most = frames > 1 ? LITTLE.animatedBytes : LITTLE.bytes;
  if (job.input.length < most && isSmall) throw new NotForetold("few bytes");
  if (isLarge(job.facts) && bitsPerPixel(job.facts) < FLAT_LARGE)
    throw new NotForetold("few bits");
  const triesPalette = whyNoPalette(job.facts, job.intent) === true;
  const packingMs = triesPalette ? budgetMs * PACKING_SHARE : budgetMs;
  const paletteMs = budgetMs - packingMs;
  const isPalette = (strategy: string): boolean => strategy === "imagequant";
  if (isAnimation(job.input)) {
    return (strategy) =>
      foretellFrames(
        job,
        isPalette(strategy),
        isPalette(strategy) ? paletteMs : packingMs,
      );
  }
  return byStill(job, isPalette, packingMs, paletteMs);
}

function byStill(
  job: OptimizeJob,
  isPalette: (strategy: string) => boolean,
  packingMs: number,
  paletteMs: number,
): Foretell {
  let looked: Promise<Look> | undefined;
  const look = (): Promise<Look> => (looked ??= lookAt(job, packingMs));
  const packed = async (): Promise<Forecast> =>
    foretellPacked(job, await look());
  return async (strategy, rival = Infinity) => {
    if (isPalette(strategy)) {
      return (await foretellPalette(job, paletteMs, look)) ?? packed();
    }
    const isFar = (await look()).bytes * LEAST_OF_ZLIB >= rival;
    return isFar ? FAR : packed();
  };
}
