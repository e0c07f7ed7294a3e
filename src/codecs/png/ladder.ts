// Tells one palette's score from another's: what libimagequant misses falls in like steps with its quality, whatever the picture.

import { interpolate } from "../quality-scale.ts";
import type { PaletteSettings } from "./plan.ts";

/**
 * What is missing to a score of 100, by libimagequant's quality (at the speeds of plan.ts), in
 * shares of what is at 65: medians of 16 photos and drawings, ± 0.15 at 47, ± 0.04 from 56 on.
 */
const QUALITY_TO_MISSING = [
  [20, 3.68],
  [27, 2.73],
  [33, 2.26],
  [40, 1.79],
  [47, 1.47],
  [56, 1.18],
  [65, 1],
  [77, 0.84],
  [83, 0.79],
  [90, 0.73],
  [96, 0.67],
  [100, 0.65],
] as const;

/** By how many points each of the settings is expected to pass its score, from what one of them was seen to score. */
export function surpluses(
  settings: readonly PaletteSettings[],
  seen: PaletteSettings,
  score: number,
): number[] {
  const unit = (100 - score) / missingAt(seen);
  return settings.map((one) => 100 - unit * missingAt(one) - one.minScore);
}

function missingAt({ quality }: PaletteSettings): number {
  return interpolate(QUALITY_TO_MISSING, quality);
}
