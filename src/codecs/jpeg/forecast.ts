// Tells what the strategies would make of a JPEG, from squares of its pixels and from what its header says.

import { decodeSamples } from "../../engines/sharp.ts";
import type {
  Forecast,
  OpenForecast,
  OptimizeJob,
  RawPixels,
  WorkBench,
} from "../codec.ts";
import { mosaicOf } from "../sample/mosaic.ts";
import type { Mosaic } from "../sample/mosaic.ts";
import { assemble } from "./assemble.ts";
import { model } from "./model.ts";
import { losesChroma, minScoreOf, mozjpegSettings } from "./plan.ts";
import type { JpegSettings } from "./plan.ts";
import { encodeSamples, SPACES } from "./recode.ts";
import { baselineScans, smallestOf } from "./rewrite.ts";
import { segmentsIn } from "./segments.ts";
import { stripped } from "./strip.ts";

/** Of the two sizes of MCU, two each way: smaller squares have more edges, larger ones are fewer. */
const EDGE = 32;

/** CPU milliseconds a megapixel that mozjpeg takes with trellis, and without. */
const MS_PER_MEGAPIXEL = { trellis: 200, plain: 130 };

/** Share of the budget that goes into coding; the rest decodes squares and scores them. With 0.4 sizes are told as well, but 22 fewer of 152 are coded whole. */
const CODING_SHARE = 0.7;

export const forecast = { open, model };

function open(
  job: OptimizeJob,
  bench: WorkBench,
  budgetMs: number,
): ReturnType<OpenForecast> {
  let picture: Promise<RawPixels> | undefined;
  const decoded = (): Promise<RawPixels> =>
    (picture ??= decodeSamples(job.inputPath, {
      space: SPACES[job.facts.color],
      tolerance: job.tolerance,
      maxPixels: Math.max(
        job.facts.width * job.facts.height,
        job.facts.codedPixels,
      ),
    }));
  const settings = mozjpegSettings(job.intent.quality, job.facts);
  const { facts, intent } = job;
  // All inks of CMYK keep their samples.
  const isHalved = facts.color === "rgb" && losesChroma(facts, intent.quality);
  const codingMs = budgetMs * CODING_SHARE;
  const share = isHalved ? codingMs / 2 : codingMs;
  return async (strategy) => {
    if (strategy === "jpegtran") {
      // It refuses what is damaged.
      return job.tolerance === "warning" ? otherScans(job) : "broken";
    }
    const mosaic = mosaicOf(await decoded(), {
      edge: EDGE,
      pixels: pixelsFor(settings, share),
      hasAlpha: false,
    });
    return strategy === "mozjpeg-444"
      ? recoded(job, mosaic, withAllChroma(settings), false, bench)
      : recoded(job, mosaic, settings, isHalved, bench);
  };
}

function withAllChroma(settings: JpegSettings): JpegSettings {
  return { ...settings, chromaSubsampling: "4:4:4" };
}

function pixelsFor(
  { trellisQuantisation }: JpegSettings,
  budgetMs: number,
): number {
  const { trellis, plain } = MS_PER_MEGAPIXEL;
  return (budgetMs / (trellisQuantisation ? trellis : plain)) * 1e6;
}

/** Tables of a JPEG take no part in what its pixels take. */
function headBytes(file: Uint8Array): number {
  return segmentsIn(file).at(-1)?.start ?? 0;
}

async function recoded(
  job: OptimizeJob,
  { pixels, scale }: Mosaic,
  settings: JpegSettings,
  mustScore: boolean,
  bench: WorkBench,
): Promise<Forecast> {
  // As they lie, so that they can be set beside what they were.
  const facts = { ...job.facts, orientation: 1 } as const;
  const made = await encodeSamples(pixels, { ...job, facts }, settings);
  // Turned samples are cut into other blocks.
  const isWhole = scale === 1 && job.facts.orientation === 1;
  const others = isWhole ? await baselineScans(made, job.intent, bench) : [];
  const coded = smallestOf([made, ...others]);
  const head = headBytes(coded);
  const pixelBytes = (coded.length - head) * scale;
  const whole = job.facts.width * job.facts.height;
  return {
    method: "mozjpeg",
    pixelBytes,
    besideBytes: head + assemble(coded, job, true).length - coded.length,
    // Where a pixel takes few bits, the squares' edges take a larger share.
    features: { density: Math.log((8 * pixelBytes) / whole) },
    isWhole,
    ...(mustScore && {
      proof: {
        before: pixels,
        after: coded,
        minScore: minScoreOf(job.intent.quality),
      },
    }),
  };
}

/** Other entropy coding of the same coefficients: the better the source's was, the less it saves. */
function otherScans(job: OptimizeJob): Forecast {
  const bare = stripped(job.input);
  const head = headBytes(bare);
  const pixelBytes = bare.length - head;
  const { width, height, progressive } = job.facts;
  return {
    method: "jpegtran",
    pixelBytes,
    besideBytes: assemble(bare, job, false).length - pixelBytes,
    features: {
      density: Math.log((8 * pixelBytes) / (width * height)),
      progressive: progressive ? 1 : 0,
    },
  };
}
