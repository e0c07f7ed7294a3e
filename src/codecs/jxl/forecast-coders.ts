// Which of libjxl's settings a sample is coded with, and how much of a picture; the settings asked about are plan.ts's.

import { writeFile } from "node:fs/promises";

import { readBytes } from "../containers/reader.ts";
import type { OptimizeJob, RawPixels, WorkBench } from "../codec.ts";
import { bandsOf } from "../sample/bands.ts";
import { mosaicOf } from "../sample/mosaic.ts";
import type { Coded, Coder, Phases, Take } from "../sample/two-phase.ts";
import type { JxlSettings } from "./plan.ts";
import { pnmOf } from "./pnm.ts";
import { encodeAgain } from "./recode.ts";
import { rebuild } from "./rebuild.ts";

/** CPU milliseconds a megapixel by effort, beyond the start of cjxl (2.5 GHz Xeon under load). */
const LOSSY_MS = { 3: 100, 7: 370 } as const;
const LOSSLESS_MS = { 1: 120, 4: 1000, 7: 2600 } as const;

/** Squares of four of libjxl's transforms have few borders; smaller ones are more, and told sizes as well. */
const LARGE_EDGE = 128;
/** Without loss four squares tell sizes as bands of twice the pixels do (standard deviations 3.1 and 4 %, seven photos). */
const SMALL_EDGE = 64;
const LARGE_FROM_PIXELS = 300_000;
const BANDS = 2;
/** Less is no sample. */
const LEAST_PIXELS = 16_384;

interface Sample {
  readonly hasAlpha: boolean;
  /** CPU milliseconds for all coding. */
  readonly budgetMs: number;
}

/** How the outcome of `settings` is told. */
export function phasesFor(
  settings: JxlSettings,
  job: OptimizeJob,
  bench: WorkBench,
  { hasAlpha, budgetMs }: Sample,
): Phases {
  const isThorough = settings.effort > 4;
  const coder = (effort: number, msPerMegapixel: number): Coder => ({
    msPerMegapixel,
    code: (pixels) => coded(pixels, { ...settings, effort }, job, bench),
  });
  const inSquares = squaresOf(hasAlpha);
  if (settings.distance === 0) {
    const slowMs = LOSSLESS_MS[isThorough ? 7 : 4];
    return {
      slow: coder(settings.effort, slowMs),
      fast: coder(1, LOSSLESS_MS[1]),
      ...{ budgetMs, take: inSquares },
    };
  }
  if (!isThorough) {
    const slow = coder(settings.effort, LOSSY_MS[3]);
    return { slow, budgetMs, take: inSquares };
  }
  // Effort 7 makes use of smooth surroundings that squares end: 0.2 MP of them
  // alone told 7 to 25 % too much, effort 3 on the whole times the ratio that
  // 0.1 MP in two bands tell 5 to 8 (four photos).
  return {
    slow: coder(settings.effort, LOSSY_MS[7]),
    fast: coder(3, LOSSY_MS[3]),
    ...{ budgetMs, take: bands, takeMore: inSquares },
  };
}

const bands: Take = (picture, pixels) =>
  bandsOf(picture, { pixels: Math.max(pixels, LEAST_PIXELS), bands: BANDS });

function squaresOf(hasAlpha: boolean): Take {
  return (picture, wanted) => {
    const pixels = Math.max(wanted, LEAST_PIXELS);
    const edge = pixels < LARGE_FROM_PIXELS ? SMALL_EDGE : LARGE_EDGE;
    return mosaicOf(picture, { edge, pixels, hasAlpha });
  };
}

async function coded(
  pixels: RawPixels,
  settings: JxlSettings,
  job: OptimizeJob,
  bench: WorkBench,
): Promise<Coded> {
  const frame = bench.scratch("sample.pnm");
  await writeFile(frame, pnmOf(pixels));
  // The profile would weigh on a sample as on the whole.
  const made = await encodeAgain({ frame }, settings, job, bench);
  const file = await readBytes(made);
  return { file, bytes: rebuild(file, () => false, {}).length };
}
