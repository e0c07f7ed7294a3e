// Scores animations: which frames are looked at, and what their scores make together.

import type { Pixels } from "./pixels.ts";
import { ssimulacra2Sampled } from "./ssimulacra2-sampled.ts";

/** Frames of an animation that are scored at most, evenly spread. */
const SCORED_FRAMES = 5;
/** Pixels of a frame that are scored at most: the score is then within 0.4 of the whole. */
const SCORED_PIXELS = 1_000_000;

/** A frame as it was, and what stands in its place; of one size. */
export interface Pair {
  readonly before: Pixels;
  readonly after: Pixels;
}

/** Which of `count` frames, counted from 0, are scored; all where they are few. */
export function scoredFrames(count: number): number[] {
  const step = Math.max(1, count / SCORED_FRAMES);
  const frames: number[] = [];
  for (let at = 0; at < count; at += step) frames.push(Math.floor(at));
  return frames;
}

/** The mean SSIMULACRA2 score; large frames are sampled. NaN of none. */
export function meanScore(pairs: readonly Pair[]): number {
  const sum = pairs.reduce(
    (total, { before, after }) =>
      total + ssimulacra2Sampled(before, after, { maxPixels: SCORED_PIXELS }),
    0,
  );
  return sum / pairs.length;
}
