// Takes out of a GIF what only travels with it, and puts back around newly coded frames what must survive; frames stay as they are.

import type { OptimizeJob } from "../codec.ts";
import { joined, structureOf, type Block } from "./blocks.ts";
import { isProfile, keepsPicture } from "./extensions.ts";
import { rebuild } from "./metadata.ts";

const TRAILER = Uint8Array.of(0x3b);

/**
 * The input with nothing but what the picture needs: no comments, XMP, foreign
 * extensions, or data behind the trailer; a profile only when it is not sRGB. A
 * frame that was cut off is left out.
 */
export function stripped({ input, facts }: OptimizeJob): Uint8Array {
  const structure = structureOf(input);
  const keepsProfile = facts.profile.kind === "other";
  const isUnneeded = (block: Block): boolean =>
    !keepsPicture(block) && !(keepsProfile && isProfile(block));
  const { blocks, end, isWhole } = structure;
  // The trailer may be missing, or what stands in its place a torn block.
  const isSound = isWhole && end + 1 === input.length;
  if (isSound && !blocks.some((block) => isUnneeded(block))) return input;
  const sound = joined([input.subarray(0, end), TRAILER]);
  return rebuild(sound, structure, [], isUnneeded);
}

/** `coded` frames, free of any extension but loops, with the input's profile where that matters, and with all its extensions when they are kept. */
export function assemble(
  coded: Uint8Array,
  { input, intent, facts }: OptimizeJob,
): Uint8Array {
  const source = structureOf(input);
  const keepsAll = !intent.stripMetadata;
  const isKept = (block: Block): boolean =>
    isProfile(block)
      ? keepsAll || facts.profile.kind === "other"
      : keepsAll && !keepsPicture(block);
  const kept = source.blocks
    .filter((block) => isKept(block))
    .map(({ start, end }) => input.subarray(start, end));
  const bytes = rebuild(coded, structureOf(coded), kept, () => false);
  if (!keepsAll || !source.isWhole) return bytes;
  return joined([bytes, input.subarray(source.end + 1)]);
}
