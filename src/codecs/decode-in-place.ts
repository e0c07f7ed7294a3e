// Decoding for the formats that sharp opens itself: the file is handed on as it is.

import type { Facts } from "../image/facts.ts";
import type { DecodedSource } from "./codec.ts";

/** Points at the file. Profiles that are sRGB in effect, or broken, are not converted from: it costs as much as a resize. */
export function decodeInPlace(
  path: string,
  facts: Facts,
): Promise<DecodedSource> {
  return Promise.resolve({
    path,
    size: { width: facts.width, height: facts.height },
    orientation: facts.orientation,
    convertProfile: facts.profile.kind === "other",
  });
}
