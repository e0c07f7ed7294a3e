// Decides how far a distorted image is from its reference, as one number; it
// does not decide what distance is acceptable.

import { worstOverBackgrounds } from "./backgrounds.ts";
import { ErrorTotals, SCALES } from "./error-weights.ts";
import { assertComparable, type Pixels } from "./pixels.ts";
import {
  addRegionErrors,
  wholeImage,
  type ImagePair,
} from "./region-errors.ts";

/**
 * The SSIMULACRA2 score of a distorted image: 100 where equal, 90 visually
 * lossless, 70 high quality, 50 medium, below 30 poor, down without bound. Not
 * symmetric: it tells added edges from lost ones.
 *
 * Both images have one size, 8-bit sRGB, and alpha or not, each for itself;
 * where any pixel is translucent the score is the lower of two, over dark and
 * over light grey. Throws a RangeError if sizes differ, or if the bytes are not
 * as many as the shape says. Images may be as small as 1x1: sides below 113 are
 * continued by mirroring, where the reference tool refuses below 8 and confuses
 * its weights below 113, so that only from 113 on the two agree.
 *
 * Method and numbers are those of the `ssimulacra2` tool of libjxl 0.11 (Jon
 * Sneyers, version 2.1): its opsin matrix, its 108 weights and its polynomial,
 * with the recursive Gaussian of Charalampidis (2016). Over 48 reference pairs
 * the mean difference from the tool is 0.06 and the largest 0.56; the latter is
 * rounding in the tool's blur, for in double precision its formulas give our
 * score to within 0.01.
 *
 * Synchronous, 0.055 CPU-s per megapixel, twice that if translucent. Needs
 * 0 bytes per pixel beyond its arguments: rows pass through all scales at once,
 * so that memory grows with the width alone, by 736 bytes per column (3 MB at
 * 4096 columns). One block, as large as the widest image so far needed, stays
 * allocated per thread.
 */
export function ssimulacra2(reference: Pixels, distorted: Pixels): number {
  assertComparable(reference, distorted);
  return worstOverBackgrounds(reference, distorted, scoreOfPair);
}

/** The score of two images, in full, over one background. */
export function scoreOfPair(pair: ImagePair): number {
  const totals = new ErrorTotals();
  addRegionErrors(pair, wholeImage(pair.reference, 0, SCALES), totals);
  return totals.score();
}
