// Puts back around newly coded JPEG data what must survive: orientation, profile, density, gain map, and metadata when it is kept.

import type { OptimizeJob } from "../codec.ts";
import { orientationExif, settleExif } from "../containers/exif.ts";
import { settleXmp } from "../containers/xmp.ts";
import type { Metadata } from "../metadata.ts";
import { orientedSize } from "../../image/geometry.ts";
import { attachGainMap, readGainMap } from "./gain-map.ts";
import { readMetadata, setDensity, writeMetadata } from "./metadata.ts";

/**
 * `coded` with what the job says must survive of the input. `upright` tells
 * that the pixels were turned, so that no orientation is left to say. An sRGB
 * profile is dropped when stripping: it changes nothing.
 */
export function assemble(
  coded: Uint8Array,
  job: OptimizeJob,
  upright: boolean,
): Uint8Array {
  const { facts, input, intent } = job;
  const found = readMetadata(input);
  const metadata = intent.stripMetadata
    ? essentials(job, found, upright)
    : upright && facts.orientation !== 1
      ? settled(job, found)
      : found;
  const dense = facts.density ? setDensity(coded, facts.density) : coded;
  const { bytes } = writeMetadata(dense, metadata);
  const gainMap = facts.hasGainMap ? readGainMap(input) : undefined;
  return gainMap ? attachGainMap(bytes, gainMap) : bytes;
}

function essentials(
  { facts }: OptimizeJob,
  found: Metadata,
  upright: boolean,
): Metadata {
  return {
    ...(found.icc && facts.profile.kind === "other" && { icc: found.icc }),
    ...(facts.orientation !== 1 &&
      !upright && { exif: orientationExif(facts.orientation) }),
  };
}

function settled({ facts }: OptimizeJob, found: Metadata): Metadata {
  const size = orientedSize(facts, facts.orientation);
  const { exif, xmp, ...rest } = found;
  const upright = exif && settleExif(exif, size);
  return {
    ...rest,
    ...(upright && { exif: upright }),
    ...(xmp && { xmp: settleXmp(xmp, size) }),
  };
}
