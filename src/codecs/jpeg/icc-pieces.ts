// Joins and splits an ICC profile over JPEG's APP2 segments (ICC.1:2022, annex B.4); does not read the profile.

import { SIGNATURES } from "./signatures.ts";

const PREFIX = SIGNATURES.icc.text;
/** 65,533 bytes of payload less the signature and the two counters. */
const PIECE_BYTES = 65_519;

/**
 * The profile in `payloads` (whole APP2 payloads, in any order): pieces are
 * numbered from 1. Undefined when a piece is missing or the counts disagree.
 */
export function joinPieces(
  payloads: readonly Uint8Array[],
): Uint8Array | undefined {
  const count = payloads[0]?.[PREFIX.length + 1] ?? 0;
  const pieces: (Uint8Array | undefined)[] = Array.from({ length: count });
  for (const payload of payloads) {
    const number = payload[PREFIX.length] ?? 0;
    if (payload[PREFIX.length + 1] !== count) return undefined;
    if (number < 1 || number > count) return undefined;
    pieces[number - 1] ??= payload.subarray(PREFIX.length + 2);
  }
  const found = pieces.filter((piece) => piece !== undefined);
  const whole = count > 0 && found.length === count;
  return whole ? new Uint8Array(Buffer.concat(found)) : undefined;
}

/** APP2 payloads for a profile; undefined when it needs more than 255. */
export function splitIntoPieces(profile: Uint8Array): Uint8Array[] | undefined {
  const count = Math.ceil(profile.length / PIECE_BYTES);
  if (count > 255) return undefined;
  return Array.from({ length: count }, (_, index) =>
    Buffer.concat([
      Buffer.from(PREFIX, "latin1"),
      Uint8Array.of(index + 1, count),
      profile.subarray(index * PIECE_BYTES, (index + 1) * PIECE_BYTES),
    ]),
  );
}
