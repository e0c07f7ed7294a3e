// Tells what 256 colors would make of a PNG, from squares of its pixels, reduced as the whole would be.

import { decodeSamples } from "../../engines/sharp.ts";
import type { Forecast, OptimizeJob } from "../codec.ts";
import { assemble } from "./assemble.ts";
import { hasManyColors } from "./palette.ts";
import { isLarge } from "./plan.ts";
import { paletteOf } from "./quantize-large.ts";
import { squaresOf, wholeOf } from "./squares.ts";
import { reduce } from "./still.ts";

/** CPU milliseconds for a megapixel, scored: by the library that suits small pictures, and by that for large ones. */
const MS_PER_MEGAPIXEL = { small: 2000, large: 700 };

/**
 * ln(bits per pixel) below which squares tell too much: drawings at -0.7 and
 * -0.2 by 37 and 44 %, photos (0.5 to 1.5) by 3 ± 4 %.
 */
const FLAT = 1;

/**
 * By which a sample in a palette of its own scores better than the whole, whose
 * colors are more: 6 to 16 (five photos of 0.4 MP, look 60).
 */
const SCORE_GAIN = 10;

/**
 * The same of large pictures, whose samples are drawn in the whole's palette: 3 to
 * 8 without dithering, 1 to 2 with (five of six photos of 8 to 16 MP).
 */
const LARGE_SCORE_GAIN = { undithered: 6, dithered: 2 };

/** A forecast, or why there is no result; undefined where a large picture misses its score and is packed instead. */
export async function foretellPalette(
  job: OptimizeJob,
  budgetMs: number,
): Promise<Forecast | string | undefined> {
  const { facts, intent, tolerance, inputPath } = job;
  const large = isLarge(facts);
  const each = large ? MS_PER_MEGAPIXEL.large : MS_PER_MEGAPIXEL.small;
  const source = await decodeSamples(inputPath, {
    space: "srgb",
    tolerance,
    maxPixels: facts.width * facts.height,
  });
  const { picture, scale } = squaresOf(source, (budgetMs / each) * 1e6);
  if (!hasManyColors([picture]) && !hasManyColors([wholeOf(source)])) {
    return large ? undefined : "few-colors";
  }
  const { undithered, dithered } = LARGE_SCORE_GAIN;
  const part = large
    ? {
        above: dithered,
        aboveUndithered: undithered,
        palette: await paletteOf(wholeOf(source)),
      }
    : { above: scale > 1 ? SCORE_GAIN : 0 };
  const reduced = await reduce(picture, intent.quality, large, part);
  if (!reduced) return large ? undefined : "score-too-low";
  const { coded, method } = reduced;
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
      large: large ? 1 : 0,
      largeDensity: large ? density : 0,
    },
    ...(facts.bitDepth > 8 && { warnings: ["depth-reduced"] }),
  };
}
