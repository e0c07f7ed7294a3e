// Ties AV1's quantizer to libaom's quality; decides nothing from either.

import { interpolate } from "../quality-scale.ts";

/**
 * `base_q_idx` that libaom 3.15 writes with tune=iq, for 101 less the quality,
 * read back from files at 8 and 10 bits, efforts 0 to 5, of two pictures: it depends on nothing else.
 */
const QUANTIZERS = [
  [1, 0],
  [11, 32],
  [21, 60],
  [29, 84],
  [34, 100],
  [39, 116],
  [48, 144],
  [57, 164],
  [71, 196],
  [81, 216],
  [100, 255],
] as const;

/** The quality, 1 to 100, at which libaom would use a quantizer of 0 to 255. */
export function qualityOfQuantizer(quantizer: number): number {
  const swapped = QUANTIZERS.map(([from, to]) => [to, from] as const);
  return Math.round(101 - interpolate(swapped, quantizer));
}
