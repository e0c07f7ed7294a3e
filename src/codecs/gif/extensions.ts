// Tells a GIF's extensions apart: which the picture needs, and which only travel with it.

import type { Block } from "./blocks.ts";
import { applicationName, isLoop } from "./frames.ts";

/** "ICCRGBG1" and "012" (ICC.1:2022, B.5). */
export function isProfile(block: Block): boolean {
  return applicationName(block)?.startsWith("ICCRGBG1") === true;
}

/** XMP part 3, 1.1.2. */
export function isXmp(block: Block): boolean {
  return applicationName(block) === "XMP DataXMP";
}

/**
 * Whether a block takes part in the picture or its timing. Plain text does: it
 * is drawn, by the letter of the format at least. Profiles are judged apart.
 */
export function keepsPicture(block: Block): boolean {
  const { kind } = block;
  return (
    kind === "image" ||
    kind === "control" ||
    kind === "plain-text" ||
    isLoop(block)
  );
}

/** What stands behind a bare XMP packet: from wherever a reader of sub-blocks lands in it, it is led to the end. */
export const XMP_WAY_OUT = Uint8Array.from({ length: 258 }, (_, at) =>
  at === 0 ? 1 : at === 257 ? 0 : 256 - at,
);
