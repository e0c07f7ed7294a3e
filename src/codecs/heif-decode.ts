// Decoding for the HEIF family: what code points say of color is turned into a profile, since libvips heeds only those.

import { setRawProfile } from "../engines/v-file.ts";
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

/** Gives the decoded `.v` file at `path` that profile; says when a tone curve is in it. */
export async function applyCicp(
  path: string,
  cicp: Cicp | undefined,
  profile: Uint8Array,
  bench: WorkBench,
): Promise<void> {
  if (cicp && HDR_TRANSFERS.includes(cicp.transfer)) bench.warn("tone-mapped");
  await setRawProfile(path, profile);
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
