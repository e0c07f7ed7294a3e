// Says which JPEG XL pictures do not bear being coded again, from their headers alone.

import type { Facts } from "../../image/facts.ts";
import type { OptimizeJob } from "../codec.ts";
import { walkBytes } from "../containers/walk.ts";
import { EXTRA } from "./image-header.ts";
import { LOSSLESS_FROM } from "../quality-scale.ts";
import { walkStructure, type Structure } from "./structure.ts";

/** Why the picture would not survive exact coding, as a token, if it would not. Throws `invalid_image`. */
export function cannotBeExact({
  input,
  facts,
}: OptimizeJob): string | undefined {
  return whyNot(structureOf(input), facts);
}

/** Why the picture would not survive coding with loss, as a token, if it would not. Throws `invalid_image`. */
export function cannotLose({
  input,
  facts,
  intent,
}: OptimizeJob): string | undefined {
  const structure = structureOf(input);
  const reason = whyNot(structure, facts);
  if (reason !== undefined) return reason;
  // Decoders bring XYB to sRGB where a profile was all there was to say.
  if (facts.profile.kind === "other") return "profile";
  return isTranscoded(structure) && intent.quality.value >= LOSSLESS_FROM
    ? "transcoded-jpeg"
    : undefined;
}

function structureOf(input: Uint8Array): Structure {
  return walkBytes(input, walkStructure(input.length));
}

/** Blocks with a transform but not in XYB: a JPEG's own coefficients. */
function isTranscoded({ image, first }: Structure): boolean {
  return !image.isXyb && first?.isModular === false;
}

/** Why the picture would not survive, if it would not. */
function whyNot(
  { image }: Structure,
  { cicp, bitDepth }: Facts,
): string | undefined {
  if (cicp && cicp.transfer >= 16) return "hdr";
  const isPlain =
    image.extras.length <= 1 &&
    image.extras.every(
      ({ type, depth }) => type === EXTRA.alpha && depth.bits <= bitDepth,
    );
  if (!isPlain) return "extra-channels";
  return image.depth.isFloat || image.depth.bits > 16
    ? "float-samples"
    : undefined;
}
