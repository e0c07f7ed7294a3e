// Reads when a WebP animation's frames are shown; decides nothing from it.

import { ServiceError } from "../../errors.ts";
import type { Timing } from "../codec.ts";
import { walkRiff } from "../containers/riff.ts";
import { walkBytes } from "../containers/walk.ts";

/**
 * Durations from ANMF (milliseconds, 24 bits at 12) and plays from ANIM (16
 * bits at 4, 0 is forever), as RFC 9649, 2.7.1.1 has them. A still stands for
 * 0 ms and plays once. Throws `invalid_image` when a field is cut off.
 */
export function timing(file: Uint8Array): Timing {
  const chunks = walkBytes(file, walkRiff("WEBP"));
  const frames = chunks.filter(({ name }) => name === "ANMF");
  if (frames.length === 0) return { delaysMs: [0], plays: 1 };
  const anim = chunks.find(({ name }) => name === "ANIM");
  return {
    delaysMs: frames.map(({ head }) => field(head, 12, 3)),
    plays: anim ? field(anim.head, 4, 2) : 1,
  };
}

function field(head: Uint8Array, at: number, bytes: number): number {
  if (head.length < at + bytes)
    throw new ServiceError(
      "invalid_image",
      "The WebP's animation is cut off before its timing.",
    );
  return Buffer.from(head).readUIntLE(at, bytes);
}
