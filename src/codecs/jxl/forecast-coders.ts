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

/** CPU milliseconds a megapixel by effort, beyond the start of cjxl (effort 5 on an EPYC, the others on a 2.5 GHz Xeon under load). */
const LOSSY_MS = { 3: 100, 5: 100, 7: 370 } as const;
const LOSSLESS_MS = { 1: 120, 4: 1000, 7: 2600 } as const;

/** Squares of four of libjxl's transforms have few borders; smaller ones are more, and told sizes as well. */
const LARGE_EDGE = 128;
/** Without loss four squares tell sizes as bands of twice the pixels do (standard deviations 3.1 and 4 %, seven photos). */
const SMALL_EDGE = 64;
const LARGE_FROM_PIXELS = 300_000;
/**
 * Pictures of so many megapixels are coded whole; of larger ones, within the usual budget, at most this share. With all
 * of 1.2 MP sizes were told by 2.6 % and 46 of 102 estimates took over half of optimizing; so by 3.3, and 24.
 */
const WHOLE_MEGAPIXELS = 0.5;
const MOST_SHARE = 0.3;
/** CPU milliseconds that the default of ESTIMATE_BUDGET_MS leaves for coding. */
const USUAL_MS = 106;
const BANDS = 2;
/** Less is no sample. */
const LEAST_PIXELS = 16_384;

interface Sample {
  readonly hasAlpha: boolean;
  /** CPU milliseconds for all coding. */
  readonly budgetMs: number;
}

interface JxlPhases extends Phases {
  /** Set where the slow coder works less hard than the settings ask: the fit knows what that makes. */
  readonly isStandIn?: boolean;
}

/** How the outcome of `settings` is told. */
export function phasesFor(
  settings: JxlSettings,
  job: OptimizeJob,
  bench: WorkBench,
  { hasAlpha, budgetMs }: Sample,
): JxlPhases {
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
  // Effort 5 has 7's transforms, and makes 0.96 to 1.01 of its bytes in a third of
  // its time (five photos); 3 makes 0.91 to 1.12: what a part told of its ratio to 7
  // was off by 6.1 % where this is by 2.9.
  const megapixels = (job.facts.width * job.facts.height) / 1e6;
  if (megapixels * LOSSY_MS[7] <= budgetMs) {
    return { slow: coder(7, LOSSY_MS[7]), budgetMs, take: inSquares };
  }
  // Alpha doubles the time; squares of a cut-out tell 25 % too much, bands 13 to 35, which the fit knows of.
  const isLittle = megapixels <= WHOLE_MEGAPIXELS && !hasAlpha;
  const most = isLittle ? megapixels : MOST_SHARE * megapixels;
  const mostMs = most * LOSSY_MS[5] * Math.max(1, budgetMs / USUAL_MS);
  return {
    slow: coder(5, LOSSY_MS[5]),
    budgetMs: Math.min(budgetMs, mostMs),
    take: hasAlpha ? inBands : inSquares,
    isStandIn: true,
  };
}

const inBands: Take = (picture, wanted) =>
  bandsOf(picture, { pixels: Math.max(wanted, LEAST_PIXELS), bands: BANDS });

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
