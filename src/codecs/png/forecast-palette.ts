// Tells what 256 colors would make of a PNG, from squares of its pixels, reduced as the whole would be.

import type { Forecast, OptimizeJob } from "../codec.ts";
import type { Facts } from "../../image/facts.ts";
import type { DitherSettings } from "../palette/reduce.ts";
import { likelyPalette, likelySetting } from "../palette/foretell.ts";
import { squaresOf } from "../sample/squares.ts";
import { assemble, type Coded } from "./assemble.ts";
import { deflateRows } from "./deflate.ts";
import type { Look } from "./forecast-packed.ts";
import { PALETTE } from "./image-header.ts";
import { coarsestReaching } from "./foretold-score.ts";
import { hasManyColors, samplesOf, type Picture } from "./palette.ts";
import { isFlat, isLarge, reductionSettings } from "./plan.ts";
import type { ReductionSettings } from "./plan.ts";
import { drawnIn } from "./quantize-large.ts";
import { paletteCoded, type Quantized } from "./quantize.ts";
import { asPacked, reducePicture } from "./reduce.ts";
import { RGBA, rgbaOf } from "./rgba.ts";
import type { SourceRows } from "./source-rows.ts";

/**
 * CPU milliseconds for a megapixel: by libimagequant, to which the score of a larger part is
 * added (1.2 to 2.3 s for photos, 0.3 s for what takes below 2 bits a pixel), and in a palette
 * from a sample. At 2500 instead of 2000 a fifth fewer squares tell by 4.9 % instead of 4.8,
 * and 29 instead of 44 of 211 estimates take over half of optimizing.
 */
const MS_PER_MEGAPIXEL = { noise: 4000, busy: 2500, flat: 350, large: 700 };
/** Bits that zlib leaves of a pixel of noise; of photos mostly 10 to 16. */
const NOISE_BITS = 17;
/**
 * ln(bits per pixel) below which squares tell too much: drawings at -0.7 and
 * -0.2 by 37 and 44 %, photos (0.5 to 1.5) by 3 ± 4 %.
 */
const FLAT = 1;

/**
 * Of 32, 48 and 64 px, and bands of rows: told what a palette takes with 6, 4,
 * 5.5 and 8 % (standard deviations; ten photos of 0.4 MP, 0.057 MP of each).
 */
const EDGE = 48;

/** A forecast, or why there is no result; undefined where a large picture misses its score and is packed instead. */
export async function foretellPalette(
  job: OptimizeJob,
  budgetMs: number,
  look: () => Promise<Look>,
): Promise<Forecast | string | undefined> {
  const { facts, intent } = job;
  const large = isLarge(facts);
  const looked = await look();
  const whole = pictureOf(looked.original);
  const bits = (8 * looked.bytes) / (whole.width * whole.height);
  const busy = bits < NOISE_BITS ? "busy" : "noise";
  const kind = large ? "large" : isFlat(facts) ? "flat" : busy;
  const pixels = (budgetMs / MS_PER_MEGAPIXEL[kind]) * 1e6;
  const { picture, scale } = squaresIn(whole, pixels);
  if (!hasManyColors([picture]) && !hasManyColors([whole])) {
    return large ? undefined : "few-colors";
  }
  const settings = reductionSettings(intent.quality, facts);
  const made = await reduceSquares(picture, whole, settings, facts);
  if (!made) return large ? undefined : "score-too-low";
  const { coded, method, isDrawn, doubt } = made;
  const empty = { ...coded, data: new Uint8Array(0) };
  const density = Math.log(
    (8 * coded.data.length) / (picture.width * picture.height),
  );
  const sampled = scale > 1 ? 1 : 0;
  return {
    method,
    pixelBytes: coded.data.length * scale,
    besideBytes: assemble(empty, job).length,
    features: {
      sampled,
      density: sampled * density,
      // Flat pictures repeat themselves over more than a square.
      flat: sampled * Math.max(0, FLAT - density),
      large: isDrawn ? 1 : 0,
      repeats: scale > 1 ? repeatsOf(picture, scale, looked) : 0,
      largeDensity: isDrawn ? density : 0,
      doubt,
    },
    isWhole: scale === 1,
    ...(facts.bitDepth > 8 && { warnings: ["depth-reduced"] }),
  };
}

function pictureOf({ image, rows }: SourceRows): Picture {
  const { width, height } = image.header;
  return { width, height, pixels: rgbaOf(rows, image) };
}

interface Made {
  readonly coded: Coded;
  readonly method: Quantized["method"];
  /** In a palette from a sample. */
  readonly isDrawn: boolean;
  /** Of which setting the whole would be reduced by (palette/foretell.ts). */
  readonly doubt: number;
}

function squaresIn(
  whole: Picture,
  pixels: number,
): { picture: Picture; scale: number } {
  const squares = squaresOf(samplesOf(whole), { edge: EDGE, pixels });
  const { picture, scale } = squares;
  if (scale === 1) return { picture: whole, scale };
  return { picture: { ...picture, pixels: picture.data }, scale };
}

/** The squares as the whole would be reduced; they may be the whole. */
async function reduceSquares(
  squares: Picture,
  whole: Picture,
  settings: ReductionSettings,
  facts: Facts,
): Promise<Made | undefined> {
  const isWhole = squares === whole;
  if (!isWhole) {
    const likely = await coarsestReaching(whole, settings.quantized);
    if (likely) {
      const { setting, doubt } = likely;
      const coded = await paletteCoded(squares, setting);
      return { coded, method: "imagequant + oxipng", isDrawn: false, doubt };
    }
  }
  const made = isWhole
    ? { reduced: await reducePicture(whole, settings), doubt: 0 }
    : await drawnAs(whole, squares, settings.drawn);
  if (!made?.reduced) return undefined;
  const { reduced, doubt } = made;
  const isDrawn = reduced.method === "imagequant";
  return { ...(await asPacked(reduced, facts)), isDrawn, doubt };
}

/** The squares in the whole's palette, as the whole is expected to be drawn in it. */
async function drawnAs(
  whole: Picture,
  squares: Picture,
  settings: readonly DitherSettings[],
): Promise<{ reduced: Quantized; doubt: number } | undefined> {
  if (settings.length === 0) return undefined;
  const samples = samplesOf(whole);
  const palette = await likelyPalette(samples);
  const likely = likelySetting(samples, palette, settings);
  if (!likely) return undefined;
  const { setting, doubt } = likely;
  return { reduced: drawnIn(squares, palette, setting.strength), doubt };
}

/**
 * ln of what zlib makes of the whole over what it makes of squares, told of as
 * many pixels: below 0 where a picture repeats itself over more than a square, or where
 * these are busier than most. 0 where samples are of another depth.
 */
function repeatsOf(
  { width, height, pixels }: Picture,
  scale: number,
  { bytes, source, filter }: Look,
): number {
  const { header } = source.image;
  if (header.bitDepth !== 8 || header.colorType === PALETTE) return 0;
  const rows = ownSamples(pixels, header.colorType);
  const part = { ...header, width, height };
  return Math.log(bytes / (deflateRows(rows, part, filter).length * scale));
}

/** Of RGBA, the samples that a color type has. */
function ownSamples(pixels: Uint8Array, colorType: number): Uint8Array {
  const isColor = (colorType & 2) !== 0;
  const hasAlpha = (colorType & 4) !== 0;
  const channels = (isColor ? 3 : 1) + (hasAlpha ? 1 : 0);
  if (channels === RGBA) return pixels;
  const samples = new Uint8Array((pixels.length / RGBA) * channels);
  for (let from = 0, to = 0; from < pixels.length; from += RGBA) {
    samples[to++] = pixels[from]!;
    if (isColor) {
      samples[to++] = pixels[from + 1]!;
      samples[to++] = pixels[from + 2]!;
    }
    if (hasAlpha) samples[to++] = pixels[from + 3]!;
  }
  return samples;
}
