// What was asked becomes the settings of the lossy ways to make a BMP smaller; pure.

import type { Size } from "../../image/geometry.ts";
import type { Quality } from "../../image/intent.ts";
import { scoreOfLook } from "../quality-scale.ts";

export interface QuantizeSettings {
  /** How hard the palette is searched for, 1 to 10. */
  readonly effort: number;
  /** Strength of the error diffusion, 0 to 1. */
  readonly dither: number;
  /** SSIMULACRA2 score that the result must reach. */
  readonly minScore: number;
}

/**
 * Points by which a palette may miss the score: it has no finer setting, and
 * the only other choice is 24 bits a pixel.
 */
const SCORE_TOLERANCE = 3;

/**
 * Megapixels up to which the palette is searched for with effort 5: its score
 * is 2 to 4 points higher than at effort 1, for 1.2 CPU-s a megapixel instead
 * of 0.2 to 0.4. Effort 7 wins another point for twice the time (photos).
 */
const THOROUGH_MEGAPIXELS = 1;

/**
 * Megapixels up to which both ways are tried. Above, each picture has one: what
 * is flat does not need dithering, and a photo fails without it (8 MP: score 45
 * without, 59 with; each way is 3 to 5 CPU-s).
 */
const LARGE_MEGAPIXELS = 2.5;

export function isLarge({ width, height }: Size): boolean {
  return width * height > LARGE_MEGAPIXELS * 1e6;
}

/** The look up to which a large photo in 256 colors can pass: its 59 points are what 51 asks for. Beyond, 7 CPU-s (8 MP) would end in nothing. */
export const LARGE_UP_TO = 50;

/** Effort of a dithered search in larger pictures: 59 points where effort 1 has 53, in 1.05 times its time (a photo of 8 MP; 5: 61, 1.5 times). */
const DITHERED_EFFORT = 3;

/**
 * Half strength: sizes are 1 to 16 % of the source above those without
 * (25 to 33 %, 8 % in a smooth picture, by run-length codes), scores up to 9
 * points higher where colors are few for a gradient. Full strength costs more
 * bytes and gains nothing.
 */
const HALF = 0.5;

export function quantizeSettings(
  quality: Quality,
  { width, height }: Size,
  dithered: boolean,
): QuantizeSettings {
  const isThorough = width * height <= THOROUGH_MEGAPIXELS * 1e6;
  return {
    effort: isThorough ? 5 : dithered ? DITHERED_EFFORT : 1,
    dither: dithered ? HALF : 0,
    minScore: scoreOfLook(quality.value) - SCORE_TOLERANCE,
  };
}
