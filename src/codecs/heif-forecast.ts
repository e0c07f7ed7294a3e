// What foretelling AVIF and HEIC files has in common: the bytes of their parts.

import { boxesIn } from "./containers/isobmff.ts";
import { readMetadata } from "./containers/heif-metadata.ts";
import type { OptimizeJob } from "./codec.ts";

/** Of a `colr` box: its head, and the type of its profile. */
const PROFILE_BOX = 12;

/** The profile travels with the file's own pixels alone, not with samples of them. */
export function profileBytes({ input, facts }: OptimizeJob): number {
  if (facts.profile.kind !== "other") return 0;
  return PROFILE_BOX + (readMetadata(input).icc?.length ?? 0);
}

/** What the coded pictures take. */
export function mediaBytes(file: Uint8Array): number {
  return boxesIn(file)
    .filter(({ type }) => type === "mdat")
    .reduce((sum, { length }) => sum + length, 0);
}
