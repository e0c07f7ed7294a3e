// Judges from a file's header whether it may be decoded at all; never looks at pixels.

import { ServiceError } from "../errors.ts";
import type { Facts } from "./facts.ts";

export interface ImageLimits {
  /** Pixels of one frame. */
  readonly maxPixels: number;
  /** Frames or pages of one file. */
  readonly maxFrames: number;
}

/** All frames together may hold this many times the pixels of the largest single frame allowed (the contract's figure). */
const FRAMES_FACTOR = 4;

/**
 * Throws `image_too_large`, with the limit that was passed, when decoding would
 * take more pixels or frames than allowed. Bounds the decompression bomb: a
 * 34-byte file may claim 9999 × 9999 px.
 */
export function judge(facts: Facts, limits: ImageLimits): void {
  const pixels = Math.max(facts.width * facts.height, facts.codedPixels);
  if (pixels > limits.maxPixels) {
    throw tooLarge(
      `The image has ${pixels} pixels`,
      limits.maxPixels,
      "pixels",
    );
  }
  if (facts.frames > limits.maxFrames) {
    throw tooLarge(
      `The image has ${facts.frames} frames`,
      limits.maxFrames,
      "frames",
    );
  }
  const allFrames = limits.maxPixels * FRAMES_FACTOR;
  if (pixels * facts.frames > allFrames) {
    throw tooLarge(
      `The image's ${facts.frames} frames hold ${pixels * facts.frames} pixels`,
      allFrames,
      "pixels in all frames",
    );
  }
}

function tooLarge(what: string, limit: number, unit: string): ServiceError {
  return new ServiceError(
    "image_too_large",
    `${what}; this service takes at most ${limit} ${unit}.`,
    { limit },
  );
}
