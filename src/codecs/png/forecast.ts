// Tells what the strategies would make of a PNG: from bands of its rows, from squares of its pixels, or from some of its frames.

import type {
  Foretell,
  OpenForecast,
  OptimizeJob,
  WorkBench,
} from "../codec.ts";
import { NotForetold } from "../forecast.ts";
import { isAnimation } from "./animation.ts";
import { foretellFrames } from "./forecast-frames.ts";
import { foretellPacked, type Packed } from "./forecast-packed.ts";
import { foretellPalette } from "./forecast-palette.ts";
import { model } from "./model.ts";
import { whyNoPalette } from "./strategies.ts";

/** Of the budget for packing where a palette is tried too: that mostly wins, then packing need not be known well. */
const PACKING_SHARE = 0.3;

/**
 * Drawings and tests that take so little in a file, and have no more pixels, are
 * optimized in 20 to 330 ms where telling took 20 to 320; what little there is
 * repeats itself beyond any sample, and was told by up to 148 % wrong.
 */
const LITTLE = { bytes: 10_000, pixels: 1e6 };

export const forecast = { open, model };

function open(
  job: OptimizeJob,
  _bench: WorkBench,
  budgetMs: number,
): ReturnType<OpenForecast> {
  const { width, height, frames } = job.facts;
  const isSmall = width * height * frames <= LITTLE.pixels;
  if (job.input.length < LITTLE.bytes && isSmall)
    throw new NotForetold("few bytes");
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
  let known: Promise<Packed> | undefined;
  const packed = (): Promise<Packed> =>
    (known ??= foretellPacked(job, packingMs));
  return async (strategy) => {
    if (!isPalette(strategy)) return packed();
    const told = await foretellPalette(job, paletteMs, packed);
    return told ?? packed();
  };
}
