// What an SVG carries beside its picture that other formats could take: nothing they have a home for.

import type { Metadata } from "../metadata.ts";

export function readMetadata(_file: Uint8Array): Metadata {
  return {};
}
