// What was asked becomes PNG encoder settings; pure.

import type { Facts } from "../../image/facts.ts";
import type { Quality } from "../../image/intent.ts";
import { ditherFrom, type DitherSettings } from "../palette/reduce.ts";
import { interpolate, LOSSLESS_FROM, scoreOfLook } from "../quality-scale.ts";

/** sharp's `png()` options as far as we set them. */
export interface PngSettings {
  readonly compressionLevel: number;
  readonly adaptiveFiltering: boolean;
}

/**
 * Lossless whatever the quality. zlib level 6 with adaptive filters: level 9
 * takes twice the time for 1 % (measured by zlib-ng's own levels on photos).
 */
export function pngSettings(): PngSettings {
  return { compressionLevel: 6, adaptiveFiltering: true };
}

/** How colors are reduced to a palette, and the SSIMULACRA2 score below which the result is not worth sending. */
export interface PaletteSettings {
  /** libimagequant's, 1 to 100. */
  readonly quality: number;
  /** libimagequant's, 1 (slow) to 10. */
  readonly speed: number;
  readonly minScore: number;
}

/** libimagequant 4's quality where 256 colors can reach the score, at speed 10, and 5 from look 85 on: fitted on 18 photos. */
const LOOK_TO_QUALITY = [
  [1, 20],
  [40, 47],
  [60, 65],
  [75, 83],
  [80, 90],
  [85, 96],
  [90, 100],
] as const;

/** A palette that misses the score by more has banded a gradient, or washed the picture out. */
const MISS = 10;

/** What a palette must score at the least. */
export function leastScore({ value }: Quality): number {
  return scoreOfLook(value) - MISS;
}

/** Speed 10 gives the smaller file at equal score, in two thirds of the time; but its best score is 2 to 3 below speed 5's. */
const SLOW_FROM = 85;
const FASTEST = 10;

/** From here on a palette is made from a sample (quantize-large.ts): the native call takes 2 CPU-s per megapixel and cannot be interrupted. */
const LARGE_PIXELS = 4e6;

type Frames = Pick<Facts, "width" | "height" | "frames">;

/** Of all frames. */
function pixelsOf({ width, height, frames }: Frames): number {
  return width * height * frames;
}

/** Whether there are so many pixels that the fast tools are used. */
export function isLarge(facts: Frames): boolean {
  return pixelsOf(facts) > LARGE_PIXELS;
}

/** Bits a pixel that a file takes of what has few colors, or repeats itself: its tools are many times as fast. */
const FLAT_FILE = 2;

export function isFlat(facts: Facts): boolean {
  return bitsPerPixel(facts) < FLAT_FILE;
}

/** Of the file, over the pixels of all frames. */
export function bitsPerPixel(facts: Facts): number {
  return (8 * facts.bytes) / pixelsOf(facts);
}

/**
 * Looks that those below 70 are taken down to, and that any goes on to where it
 * misses its score: a palette's score hangs on the picture (69 to 97 over 24
 * files at look 80). All looks share these, so that a lower one does not end
 * in more bytes: with 50 as the lowest, look 10 took 15 % more than look 40 of
 * three photos of 18.
 */
const STEPS = [1, 10, 20, 30, 40, 50, 60, 70, 80, 90];

/**
 * Pixels above which libimagequant is asked for no more than its fastest: a try at speed 5
 * takes 4 to 6 CPU-s per megapixel, and what is drawn in a palette from a
 * sample is smaller where only the finest would do (1.9 MP: 1.27 MB in 4 CPU-s for 1.46 in 52).
 */
const SLOW_UP_TO_PIXELS = 1.5e6;

/** How a picture is reduced: by libimagequant, coarsest first; and where that misses the score, drawn in a palette from a sample. */
export interface ReductionSettings {
  readonly quantized: readonly PaletteSettings[];
  readonly drawn: readonly DitherSettings[];
}

/** By the pixels of all frames. */
export function reductionSettings(
  quality: Quality,
  facts: Frames,
): ReductionSettings {
  const quantized = paletteSettings(quality);
  if (pixelsOf(facts) <= SLOW_UP_TO_PIXELS) return { quantized, drawn: [] };
  return {
    quantized: isLarge(facts)
      ? []
      : quantized.filter(({ speed }) => speed === FASTEST),
    drawn: ditherSettings(quality),
  };
}

/** The settings of the look asked for, and finer ones for where they miss `minScore`, coarsest first. */
export function paletteSettings(quality: Quality): PaletteSettings[] {
  const minScore = leastScore(quality);
  const { value } = quality;
  const first = value < LOSSLESS_FROM ? stepBelow(value) : value;
  const looks = [first, ...STEPS.filter((look) => look > first)];
  return looks.map((look) => ({
    quality: Math.round(interpolate(LOOK_TO_QUALITY, look)),
    speed: look >= SLOW_FROM ? 5 : FASTEST,
    minScore,
  }));
}

function stepBelow(value: number): number {
  return STEPS.findLast((look) => look <= value) ?? value;
}

/**
 * Settings to try for large pictures: without dithering, where that reaches the look itself, and with.
 * Six pictures of 6 to 16 MP: half of the errors passed on score 0 to 8 above
 * none, for 1 to 10 % more bytes of photos and up to twice those of drawings; three
 * quarters 0.6 more for another 3 %.
 */
function ditherSettings(quality: Quality): DitherSettings[] {
  return ditherFrom(scoreOfLook(quality.value), leastScore(quality));
}
