// Weighs a job by what headers tell: the bytes of memory it is expected to hold. The gate admits by it.

import { orientedSize, plannedSize, planResize } from "../image/geometry.ts";
import type { Facts } from "../image/facts.ts";
import type { Intent } from "../image/intent.ts";
import type { Codec } from "./codec.ts";

/** A file that takes part in a job, and its row. */
export interface WeighedFile {
  readonly facts: Facts;
  readonly codec: Codec;
}

/**
 * Bytes that decoding `input` (and `overlay`) and encoding the result as
 * `target` are expected to hold, by the rows' measured factors.
 */
export function weightOf(
  intent: Intent,
  target: Codec,
  input: WeighedFile,
  overlay?: WeighedFile,
): number {
  const frames = framesHeld(intent, target, input.facts);
  return (
    frames * decodingWeight(input) +
    // Of an animated logo, its first frame.
    (overlay ? decodingWeight(overlay) : 0) +
    frames * resultPixels(intent, input.facts) * target.memory.encode
  );
}

function decodingWeight({ facts, codec }: WeighedFile): number {
  return framePixels(facts) * codec.memory.decode * depthFactor(facts);
}

/** What samples of more than 8 bits add: 1.3 times an AVIF's memory at 10 bits, 1.4 times a PNG's at 16, by measure; bytes beyond 8 a pixel by their number. */
function depthFactor({ bitDepth, pixelBytes = 0 }: Facts): number {
  return Math.max(bitDepth > 8 ? 1.5 : 1, pixelBytes / 8);
}

/** Frames that are held at once: all, where the result can hold more than one. */
function framesHeld(
  { verb }: Intent,
  { abilities }: Codec,
  { frames }: Facts,
): number {
  const holds = abilities.animation || abilities.pages;
  return verb !== "convert" || holds ? frames : 1;
}

/** Pixels of a file, and of a sample of one, that an estimate encodes at most. */
const SAMPLED = 2_000_000;

function resultPixels(intent: Intent, facts: Facts): number {
  if (intent.verb === "optimize")
    return framePixels(facts) * depthFactor(facts);
  // What is larger is not encoded, but for a sample.
  if (intent.verb === "estimate") return Math.min(framePixels(facts), SAMPLED);
  const { width, height } = plannedSize(
    planResize(orientedSize(facts, facts.orientation), intent.box),
  );
  return width * height;
}

/** Decoders hold what is coded, be it cropped or not. */
function framePixels({ width, height, codedPixels }: Facts): number {
  return Math.max(width * height, codedPixels);
}
