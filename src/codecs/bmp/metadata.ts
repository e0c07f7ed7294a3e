// Where a BMP keeps metadata: an ICC profile behind a V5 header, and nothing else.

import type { Metadata } from "../metadata.ts";
import { readLayout } from "./layout.ts";

/** The embedded profile, when there is one. Throws as `readLayout` does. */
export function readMetadata(file: Uint8Array): Metadata {
  const { profile } = readLayout(file, file.length);
  if (profile === undefined || profile === "cut") return {};
  const { offset, length } = profile;
  return { icc: file.subarray(offset, offset + length) };
}
