// Tells what 256 colors would make of a PNG, from squares of its pixels, reduced as the whole would be.

import { decodeSamples } from "../../engines/sharp.ts";
import type { Forecast, OptimizeJob } from "../codec.ts";
import type { Facts } from "../../image/facts.ts";
import { raised } from "../palette/reduce.ts";
import { assemble, type Coded } from "./assemble.ts";
import { deflateRows } from "./deflate.ts";
import type { Look } from "./forecast-packed.ts";
import { PALETTE } from "./image-header.ts";
import { coarsestReaching } from "./foretold-score.ts";
import { hasManyColors, type Picture } from "./palette.ts";
import { isFlat, isLarge, reductionSettings } from "./plan.ts";
import type { ReductionSettings } from "./plan.ts";
import { paletteOf } from "./quantize-large.ts";
import { paletteCoded, type Quantized } from "./quantize.ts";
import { asPacked, reducePicture } from "./reduce.ts";
import { RGBA } from "./rgba.ts";
import { squaresOf, wholeOf } from "./squares.ts";

/**
 * CPU milliseconds for a megapixel: by libimagequant, to which the score of a larger part is
 * added (1.2 to 2.3 s for photos, 0.3 s for what takes below 2 bits a pixel), and in a palette
 * from a sample. With two thirds of the squares photos are told by 8.8 % instead of 6.6.
 */
const MS_PER_MEGAPIXEL = { busy: 2000, flat: 350, large: 700 };
/**
 * ln(bits per pixel) below which squares tell too much: drawings at -0.7 and
 * -0.2 by 37 and 44 %, photos (0.5 to 1.5) by 3 ± 4 %.
 */
const FLAT = 1;

/**
 * Points by which samples that are drawn in the whole's palette score more than the whole: 3 to
 * 8 without dithering, 1 to 2 with (five of six photos of 8 to 16 MP).
 */
const DRAWN_GAIN = { undithered: 6, dithered: 2 };

/** A forecast, or why there is no result; undefined where a large picture misses its score and is packed instead. */
export async function foretellPalette(
  job: OptimizeJob,
  budgetMs: number,
  look: () => Promise<Look>,
): Promise<Forecast | string | undefined> {
  const { facts, intent, tolerance, inputPath } = job;
  const large = isLarge(facts);
  const each =
    MS_PER_MEGAPIXEL[large ? "large" : isFlat(facts) ? "flat" : "busy"];
  const source = await decodeSamples(inputPath, {
    space: "srgb",
    tolerance,
    maxPixels: facts.width * facts.height,
  });
  const { picture, scale } = squaresOf(source, (budgetMs / each) * 1e6);
  const whole = scale === 1 ? picture : wholeOf(source);
  if (!hasManyColors([picture]) && !hasManyColors([whole])) {
    return large ? undefined : "few-colors";
  }
  const settings = reductionSettings(intent.quality, facts);
  const made = await reduceSquares(picture, whole, settings, facts);
  if (!made) return large ? undefined : "score-too-low";
  const { coded, method, isDrawn } = made;
  const empty = { ...coded, data: new Uint8Array(0) };
  const pixels = picture.width * picture.height;
  const density = Math.log((8 * coded.data.length) / pixels);
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
      repeats: scale > 1 ? repeatsOf(picture, scale, await look()) : 0,
      largeDensity: isDrawn ? density : 0,
    },
    ...(facts.bitDepth > 8 && { warnings: ["depth-reduced"] }),
  };
}

interface Made {
  readonly coded: Coded;
  readonly method: Quantized["method"];
  /** In a palette from a sample. */
  readonly isDrawn: boolean;
}

/** The squares as the whole would be reduced; they may be the whole. */
async function reduceSquares(
  squares: Picture,
  whole: Picture,
  { quantized, drawn }: ReductionSettings,
  facts: Facts,
): Promise<Made | undefined> {
  const isWhole = squares === whole;
  const raisedDrawn = raised(drawn, ({ strength }) =>
    strength > 0 ? DRAWN_GAIN.dithered : DRAWN_GAIN.undithered,
  );
  if (!isWhole && quantized.length > 0) {
    const setting = await coarsestReaching(whole, quantized);
    if (setting) {
      const coded = await paletteCoded(squares, setting);
      return { coded, method: "imagequant + oxipng", isDrawn: false };
    }
  }
  const settings = { quantized: isWhole ? quantized : [], drawn: raisedDrawn };
  const reduced = await reducePicture(squares, settings, () =>
    paletteOf(whole),
  );
  return (
    reduced && {
      ...(await asPacked(reduced, facts)),
      isDrawn: reduced.method === "imagequant",
    }
  );
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
