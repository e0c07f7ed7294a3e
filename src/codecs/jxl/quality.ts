// Ties libjxl's three numbers together: its quality (1–100), the Butteraugli distance it stands for, and the quantizer that the distance is coded with.

import { interpolate } from "../quality-scale.ts";

/**
 * Distance for each step of the averages' quantizer: cjxl 0.7 at effort 3, whose
 * numbers are the same for every picture; at effort 7 they lie within 7 %.
 */
const QUANTIZER_TO_DISTANCE = [
  [0, 0],
  [2.64, 3],
  [3.11, 4],
  [3.92, 6],
  [4.604, 8],
  [5.848, 12],
  [6.784, 15],
  [11.4, 25],
] as const;

/** libjxl's largest distance. */
export const MAX_DISTANCE = 25;

/** JxlEncoderDistanceFromQuality (libjxl 0.9 on): a line down to quality 30, a parabola below. 100 is lossless there; here it is the end of the line. */
export function distanceOf(quality: number): number {
  if (quality >= 30) return Math.max(0.1, 0.1 + (100 - quality) * 0.09);
  const steep = (53 / 3000) * quality ** 2 - (23 / 20) * quality + 25;
  return Math.min(steep, MAX_DISTANCE);
}

/** libjxl's quality (1–100) behind a quantizer. */
export function qualityOf(quantizer: number): number {
  const distance = interpolate(QUANTIZER_TO_DISTANCE, quantizer);
  const onLine = 100 - (distance - 0.1) / 0.09;
  if (onLine >= 30) return Math.min(100, Math.round(onLine));
  // The smaller root of the parabola.
  const [a, b, c] = [53 / 3000, -23 / 20, 25 - distance];
  const root = (-b - Math.sqrt(Math.max(0, b * b - 4 * a * c))) / (2 * a);
  return Math.max(1, Math.round(root));
}
