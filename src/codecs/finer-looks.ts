// Sees to it that a coarser look never makes the larger file: where a picture takes next to nothing, finer looks are tried too.

import type { Quality } from "../image/intent.ts";

/** Those of `medium` and of no preset: whatever quality below is asked for ends in the same file, where one of them makes the smallest. */
const FINER_LOOKS = [60, 80];

/**
 * The smallest of what a picture becomes at the look asked for and, where that
 * is little, at finer ones: there, what a coder writes beside the pixels
 * decides, and it does not always fall with quality (cjxl makes 182 bytes at
 * distance 3.4 of what takes 214 at 5; x265 the same of a black picture, give or take one in 200).
 */
export async function smallestFrom(
  quality: Quality,
  code: (quality: Quality) => Promise<Uint8Array>,
  isLittle: (coded: Uint8Array) => boolean,
): Promise<Uint8Array> {
  let smallest = await code(quality);
  if (!isLittle(smallest)) return smallest;
  for (const value of FINER_LOOKS) {
    if (value <= quality.value) continue;
    const finer = await code({ ...quality, value });
    if (finer.length < smallest.length) smallest = finer;
  }
  return smallest;
}
