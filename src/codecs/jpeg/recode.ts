// Encodes a JPEG's samples again: the whole file's, or those of a part that stands for it.

import { reencode } from "../../engines/sharp.ts";
import type { Samples } from "../../engines/sharp.ts";
import type { Facts } from "../../image/facts.ts";
import { UPRIGHT } from "../../image/geometry.ts";
import type { OptimizeJob } from "../codec.ts";
import type { JpegSettings } from "./plan.ts";

/** libvips' names of the spaces that samples are in. */
export const SPACES: Readonly<Record<Facts["color"], string>> = {
  gray: "b-w",
  cmyk: "cmyk",
  rgb: "srgb",
  palette: "srgb",
};

/**
 * The samples of a file, or these, coded again: no profile is applied, CMYK
 * stays CMYK and gray gray. The picture comes out upright. Rejects with
 * sharp's error when the file does not decode.
 */
export async function encodeSamples(
  input: string | Samples,
  { facts, tolerance }: OptimizeJob,
  settings: JpegSettings,
): Promise<Uint8Array> {
  return reencode(input, {
    output: "jpeg",
    options: {
      ...settings,
      // Half the samples of C, M, Y and K would blur the black plate.
      ...(facts.color === "cmyk" && { chromaSubsampling: "4:4:4" }),
    },
    space: SPACES[facts.color],
    turn: UPRIGHT[facts.orientation],
    tolerance,
    maxPixels: Math.max(facts.width * facts.height, facts.codedPixels),
  });
}
