// What was asked becomes the settings of the lossy way to make a BMP smaller; pure.

import type { Quality } from "../../image/intent.ts";
import { ditherFrom, type DitherSettings } from "../palette/reduce.ts";
import { scoreOfLook } from "../quality-scale.ts";

/**
 * Points by which a palette may miss the score: it has no finer setting, and
 * the only other choice is 24 bits a pixel.
 */
const SCORE_TOLERANCE = 3;

/**
 * Settings to try: without dithering, whose runs are longer, and with.
 * Half strength: sizes are 1 to 16 % of the source above those without
 * (25 to 33 %, 8 % in a smooth picture, by run-length codes), scores up to 9
 * points higher where colors are few for a gradient. Full strength costs more
 * bytes and gains nothing.
 */
export function ditherSettings({ value }: Quality): DitherSettings[] {
  const minScore = scoreOfLook(value) - SCORE_TOLERANCE;
  return ditherFrom(minScore, minScore);
}
