// What our one quality scale means: the score that each point stands for, from where nothing is lost, and how values are read off points that tie it to an encoder's own.

import type { Quality } from "../image/intent.ts";

/** Quality from which a source without loss stays without (the contract's figure). */
export const LOSSLESS_FROM = 70;

/** True where a source without loss may lose pixels for the quality asked for, else why not. */
export function mayLose({ value }: Quality): true | string {
  return value < LOSSLESS_FROM || "source-lossless";
}

/** Pairs of [our quality, the encoder's], rising in both. */
export type ScalePoints = readonly (readonly [number, number])[];

/** The encoder's value at `quality`, linear between points and level beyond the ends. */
export function interpolate(points: ScalePoints, quality: number): number {
  let [low] = points;
  for (const point of points) {
    if (low === undefined || point[0] >= quality) {
      const [x0, y0] = low ?? point;
      const [x1, y1] = point;
      if (x1 === x0 || quality <= x0) return quality <= x0 ? y0 : y1;
      return y0 + ((y1 - y0) * (quality - x0)) / (x1 - x0);
    }
    low = point;
  }
  return low?.[1] ?? quality;
}

/** SSIMULACRA2 scores of libjpeg-turbo at these qualities, on 18 photos (docs/benchmarks.md, one quality scale). */
const LOOK_TO_SCORE: ScalePoints = [
  [1, 20],
  [40, 56],
  [60, 67],
  [75, 74.5],
  [80, 77.4],
  [85, 80.5],
  [90, 84.1],
  [100, 95],
];

/** The score that a look stands for. */
export function scoreOfLook(look: number): number {
  return interpolate(LOOK_TO_SCORE, look);
}
