// Ties HEVC's quantization parameter to libheif's quality; decides nothing from either.

import { interpolate } from "../quality-scale.ts";

/**
 * Slice quantizer that heif-enc 1.15 (x265 3.5) writes, and 101 less the
 * quality, read back from files of three pictures: the preset changes nothing.
 */
const QUANTIZERS = [
  [0, 1],
  [2, 11],
  [12, 31],
  [20, 47],
  [23, 54],
  [27, 61],
  [31, 69],
  [37, 81],
  [46, 100],
] as const;

/** The quality, 1 to 100, at which heif-enc would use a quantizer. */
export function qualityOfQuantizer(quantizer: number): number {
  return Math.round(101 - interpolate(QUANTIZERS, quantizer));
}
