// Which coders tell what heif-enc would make of a picture; the settings asked about are plan.ts's.

import { reencode } from "../../engines/sharp.ts";
import { writeRaw } from "../../engines/v-file.ts";
import type { OptimizeJob, WorkBench } from "../codec.ts";
import { mediaBytes } from "../heif-forecast.ts";
import { mosaicOf } from "../sample/mosaic.ts";
import type { Coder, Phases } from "../sample/two-phase.ts";
import type { HeicSettings } from "./plan.ts";
import { encodeAgain } from "./recode.ts";

/** x265's coding tree unit. */
export const EDGE = 64;
/** Less is no sample. */
const LEAST_PIXELS = 16_384;

/**
 * CPU milliseconds that x265 takes for a megapixel, by preset, and libaom at
 * effort 0 (a core of an EPYC; a 2.5 GHz Xeon under load took twice as long). 0.6 MP by libaom, times the ratio that
 * 0.04 to 0.15 MP tell, has an error of 3.4 % (standard deviation, nine pictures at
 * medium) and 1 to 4 % at ultrafast; 0.1 MP at medium alone 3.7 % around a bias of 7.
 */
const MS_PER_MEGAPIXEL = { medium: 350, ultrafast: 100, libaom: 60 } as const;
/** Full chroma is twice the samples. */
const FULL_CHROMA = 1.8;

/** By how much libaom's number is above x265's where both make about as many bytes. */
const LIBAOM_MORE = 10;

export function phasesFor(
  settings: HeicSettings,
  job: OptimizeJob,
  bench: WorkBench,
  sample: { readonly hasAlpha: boolean; readonly budgetMs: number },
): Phases {
  const { hasAlpha, budgetMs } = sample;
  const factor = settings.chroma === "420" ? 1 : FULL_CHROMA;
  const slow: Coder = {
    msPerMegapixel: MS_PER_MEGAPIXEL[settings.preset] * factor,
    code: async (pixels) => {
      const path = bench.scratch("sample.v");
      await writeRaw(path, pixels);
      const file = await encodeAgain(path, job, settings, bench);
      return { file, bytes: mediaBytes(file) };
    },
  };
  return {
    slow,
    fast: libaom(settings, job, factor),
    budgetMs,
    take: (picture, wanted) => {
      const pixels = Math.max(wanted, LEAST_PIXELS);
      return mosaicOf(picture, { edge: EDGE, pixels, hasAlpha });
    },
  };
}

/** It finds the same places costly as x265, and more of them in its time than x265 at any preset. */
function libaom(
  { quality, chroma }: HeicSettings,
  { facts, tolerance }: OptimizeJob,
  factor: number,
): Coder {
  return {
    msPerMegapixel: MS_PER_MEGAPIXEL.libaom * factor,
    code: async (pixels) => {
      const file = await reencode(pixels, {
        output: "avif",
        options: {
          quality: Math.min(quality + LIBAOM_MORE, 100),
          effort: 0,
          chromaSubsampling: chroma === "420" ? "4:2:0" : "4:4:4",
          bitdepth: facts.bitDepth > 8 ? 10 : 8,
        },
        space: facts.bitDepth > 8 ? "rgb16" : "srgb",
        keepProfile: false,
        turn: { degrees: 0, mirror: false },
        tolerance,
        maxPixels: pixels.width * pixels.height,
      });
      return { file, bytes: mediaBytes(file) };
    },
  };
}
