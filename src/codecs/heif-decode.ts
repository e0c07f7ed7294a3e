// Decoding for the HEIF family: what code points say of color is turned into a profile, since libvips heeds only those.

import type { Cicp, Facts } from "../image/facts.ts";
import { orientedSize } from "../image/geometry.ts";
import type { DecodedSource, WorkBench } from "./codec.ts";
import { profileFromCicp } from "./containers/cicp-profile.ts";

/** Transfers of H.273 that are tone-mapped: 16 is PQ, 18 is HLG. */
const HDR_TRANSFERS = [16, 18];

/** The profile that stands for the file's code points, when it has no profile of its own and they are not sRGB in effect. */
export function cicpProfile({ profile, cicp }: Facts): Uint8Array | undefined {
  return profile.kind === "none" && cicp ? profileFromCicp(cicp) : undefined;
}

/** Says that a tone curve is in the profile made of these code points. */
export function warnOfToneCurve(
  cicp: Cicp | undefined,
  bench: WorkBench,
): void {
  if (cicp && HDR_TRANSFERS.includes(cicp.transfer)) bench.warn("tone-mapped");
}

/** The decoders of this family hand out upright pixels. */
export function uprightSource(
  path: string,
  facts: Facts,
  convertProfile: boolean,
): DecodedSource {
  return {
    path,
    size: orientedSize(facts, facts.orientation),
    orientation: 1,
    convertProfile,
  };
}
