// Encodes an AVIF's samples again: the whole file's, or those of a part that stands for it.

import { reencode } from "../../engines/sharp.ts";
import type { Samples } from "../../engines/sharp.ts";
import type { Facts } from "../../image/facts.ts";
import type { OptimizeJob } from "../codec.ts";
import type { AvifSettings } from "./plan.ts";

/** libvips' name of the space that samples are in. */
export function spaceOf({ bitDepth }: Facts): "rgb16" | "srgb" {
  return bitDepth > 8 ? "rgb16" : "srgb";
}

/** What a decoder may be given of this file. */
export function maxPixels({ width, height, codedPixels }: Facts): number {
  return Math.max(width * height, codedPixels);
}

/** The file at a path, whose profile stays, or these samples, at these settings. Rejects with sharp's error when the file does not decode. */
export async function encodeAgain(
  input: string | Samples,
  { facts, tolerance }: OptimizeJob,
  settings: AvifSettings,
): Promise<Uint8Array> {
  return reencode(input, {
    output: "avif",
    options: settings,
    space: spaceOf(facts),
    keepProfile: facts.profile.kind === "other",
    // libheif has turned it.
    turn: { degrees: 0, mirror: false },
    tolerance,
    maxPixels: maxPixels(facts),
  });
}
