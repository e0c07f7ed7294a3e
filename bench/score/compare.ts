// Decides which frames of two files are compared and how finely; the measure itself is src/score's.

import type { WorkBench } from "../../src/codecs/codec.ts";
import { ssimulacra2 } from "../../src/score/ssimulacra2.ts";
import { ssimulacra2Sampled } from "../../src/score/ssimulacra2-sampled.ts";
import { mean } from "../run/statistics.ts";
import { openPicture, pixelsOf } from "./frames.ts";
import type { ScoreResult } from "./score-result.ts";

/** Frames of an animation that are looked at, evenly spread: neighbors look alike, and a frame costs what a still does. */
export const MAX_FRAMES = 8;

/**
 * Compares a result with its original, in full or, with `maxPixels`, on a
 * sample of each frame. Rejects when either does not decode or their sizes differ.
 */
export async function compare(
  original: string,
  result: string,
  maxPixels: number | null,
  bench: WorkBench,
): Promise<ScoreResult> {
  const before = await openPicture(original, bench);
  const after = await openPicture(result, bench);
  const hasAlpha = before.facts.hasAlpha || after.facts.hasAlpha;
  const frames = Math.min(before.frames, after.frames);
  const scores: number[] = [];
  for (const index of spread(frames, MAX_FRAMES)) {
    const reference = await pixelsOf(before, index, hasAlpha);
    const distorted = await pixelsOf(after, index, hasAlpha);
    scores.push(
      maxPixels === null
        ? ssimulacra2(reference, distorted)
        : ssimulacra2Sampled(reference, distorted, { maxPixels }),
    );
  }
  return {
    mean: mean(scores),
    min: Math.min(...scores),
    frames: scores.length,
    framesInFile: before.facts.frames,
  };
}

/** At most `most` of `count` indices, evenly spread, the first and the last among them. */
export function spread(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: most }, (_, i) =>
    Math.round((i * (count - 1)) / (most - 1)),
  );
}
