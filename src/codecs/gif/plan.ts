// What was asked becomes gifsicle's and libvips' settings; pure.

import type { Quality } from "../../image/intent.ts";
import { interpolate, LOSSLESS_FROM, scoreOfLook } from "../quality-scale.ts";

/** GIF stores a side in 16 bits. */
export const MAX_EDGE = 65_535;

/** sharp's `gif()` options as far as we set them. */
export interface GifSettings {
  readonly colours: number;
  readonly effort: number;
  readonly dither: number;
  readonly interFrameMaxError: number;
  readonly keepDuplicateFrames: true;
}

/** How much may be given up, and how far the result may then score below its source. */
export interface LossSettings {
  /** gifsicle's `--lossy`. */
  readonly lossiness: number;
  /** See `settle`: Euclidean distance in 8-bit RGB. */
  readonly distance: number;
  /** Mean SSIMULACRA2 score over the frames; 0 when nothing is given up. */
  readonly minScore: number;
}

export const LOSSLESS: LossSettings = {
  lossiness: 0,
  distance: 0,
  minScore: 0,
};

/**
 * gifsicle's `--lossy` for each point of our scale. 30 scores 70 to 80
 * against a dithered source, 50 62 to 75, 80 52 to 70 (SSIMULACRA2, six
 * animations): above the scale's 67 and 56 on most, near it on noise.
 */
const LOOK_TO_LOSSINESS = [
  [1, 140],
  [20, 80],
  [40, 50],
  [60, 30],
  [70, 20],
  [85, 10],
  [100, 0],
] as const;

/**
 * Colors this far apart are told apart only side by side: at 18 an animation
 * of a still scene with grain is a quarter of its size. No further than 24: at
 * 38 a pan counts as settled too, and falls below any score.
 */
const LOOK_TO_DISTANCE = [
  [40, 24],
  [60, 18],
  [85, 8],
  [100, 0],
] as const;

/** Points by which animations that look right score below the scale: dither counts as detail. */
const SCORE_MARGIN = 7;

/**
 * Looks that those below 70 are taken down to. Bytes do not fall evenly as
 * loss rises: gifsicle's 30 made 0.7 % more than its 25 of an animation in full
 * color, since from about 28 on it draws other parts of frames. From step to
 * step they fell by 1 to 12 % wherever they fell at all. Every lossiness still scores above the
 * highest look that it serves (see above).
 */
const STEPS = [60, 40, 20, 1] as const;

export function lossSettings({ value }: Quality): LossSettings {
  const step = STEPS.find((look) => look <= value) ?? value;
  // Above, where only a cap on the reduction asks, every point counts.
  const look = value < LOSSLESS_FROM ? step : value;
  return {
    lossiness: Math.round(interpolate(LOOK_TO_LOSSINESS, look)),
    distance: interpolate(LOOK_TO_DISTANCE, look),
    minScore: scoreOfLook(look) - SCORE_MARGIN,
  };
}

/** Quality from which frames are compared exactly, and what one point below it allows. */
const EXACT_FROM = 90;
const ERROR_PER_POINT = 0.1;

/**
 * Pixels, of all frames, up to which the best palette is looked for: 2.7 to 4 s
 * per megapixel for 12 % fewer bytes and 2 to 6 points more (SSIMULACRA2) than
 * the fastest, which takes 0.5 to 1.2 s. In between nothing pays: effort 4
 * scores below 1 at the same size.
 */
const MAX_SEARCHED_PIXELS = 1_000_000;

/**
 * libvips' settings for /convert. Below q 90 pixels of an animation may stand
 * that change by little: up to 8 levels at q 10.
 */
export function gifSettings(
  { value }: Quality,
  lossless: boolean,
  pixels: number,
): GifSettings {
  const below = lossless ? 0 : Math.max(0, EXACT_FROM - value);
  return {
    colours: 256,
    effort: pixels <= MAX_SEARCHED_PIXELS ? 7 : 1,
    dither: lossless ? 0 : 1,
    interFrameMaxError: Math.min(8, below * ERROR_PER_POINT),
    keepDuplicateFrames: true,
  };
}
