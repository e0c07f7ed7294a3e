// Decides which chunks of a PNG stay beside its image data, stripped or not; writes none.

import type { Facts } from "../../image/facts.ts";
import type { OptimizeJob } from "../codec.ts";
import type { Chunk } from "./chunks.ts";

/** The image and its animation: written by whoever coded them. */
const CODED = ["IHDR", "PLTE", "tRNS", "IDAT", "IEND", "acTL", "fcTL", "fdAT"];

/** Say how samples look or print; they stand before PLTE, but for the last two. */
const COLOR = [
  ...["cICP", "mDCV", "cLLI", "mDCv", "cLLi", "iCCP", "sRGB"],
  ...["gAMA", "cHRM", "sBIT"],
];
const SHOWN = [...COLOR, "bKGD", "pHYs"];

/** A profile or sRGB says more than these, and decoders that know it ignore them (PNG third edition, 4.3). */
const OVERRIDDEN = ["gAMA", "cHRM"];

export function isCoded({ type }: Chunk): boolean {
  return CODED.includes(type);
}

export function isColor({ type }: Chunk): boolean {
  return COLOR.includes(type);
}

/** Whether the result carries the source's ICC profile. */
export function keepsProfile({ facts, intent }: OptimizeJob): boolean {
  const { kind } = facts.profile;
  return kind === "other" || (kind === "srgb" && !intent.stripMetadata);
}

/**
 * Whether a chunk that is not `isCoded` stays. Stripping leaves what the
 * picture looks like; unknown chunks are metadata. Kept metadata include all,
 * except, once the image data are `recoded`, those that say by their name that
 * they depend on them (5.4).
 */
export function survives(
  { type }: Chunk,
  { facts, intent }: Pick<OptimizeJob, "facts" | "intent">,
  recoded: boolean,
): boolean {
  if (!intent.stripMetadata) {
    const isSafeToCopy = (type.charCodeAt(3) & 0x20) !== 0;
    return SHOWN.includes(type) || isSafeToCopy || !recoded;
  }
  if (type === "iCCP") return facts.profile.kind === "other";
  if (OVERRIDDEN.includes(type)) return !isOverridden(facts);
  return SHOWN.includes(type);
}

function isOverridden({ profile: { kind } }: Facts): boolean {
  return kind === "other" || kind === "srgb";
}
