// Puts around a WebP's pictures what must survive beside them: orientation, density, profile, and metadata when it is kept.

import { orientedSize } from "../../image/geometry.ts";
import type { OptimizeJob } from "../codec.ts";
import { settleExif } from "../containers/exif.ts";
import { settleXmp } from "../containers/xmp.ts";
import type { Metadata } from "../metadata.ts";
import { endOf } from "./chunks.ts";
import { essentialExif } from "../containers/essential-exif.ts";
import { readMetadata, writeMetadata } from "./metadata.ts";
import { readOthers, writeContent, type WebpContent } from "./pictures.ts";

/**
 * The file that shows `content` with what the job says must survive of its
 * input. `upright` tells that the pixels were turned, so that no orientation is
 * left to say. An sRGB profile is dropped when stripping: it changes nothing.
 * What was not turned keeps its metadata to the byte, thumbnail included.
 */
export function assemble(
  content: WebpContent,
  job: OptimizeJob,
  upright: boolean,
): Uint8Array {
  const { input, intent } = job;
  const found = readMetadata(input);
  const metadata = intent.stripMetadata
    ? essentials(job, found, upright)
    : upright && job.facts.orientation !== 1
      ? settled(job, found)
      : found;
  const others = intent.stripMetadata ? [] : readOthers(input);
  const bare = writeContent(content, others);
  const whole =
    Object.keys(metadata).length === 0
      ? bare
      : writeMetadata(bare, metadata).bytes;
  const trailing = input.subarray(endOf(input));
  return intent.stripMetadata || trailing.length === 0
    ? whole
    : new Uint8Array(Buffer.concat([whole, trailing]));
}

function essentials(
  { facts }: OptimizeJob,
  found: Metadata,
  upright: boolean,
): Metadata {
  const { density, orientation } = facts;
  const isTurned = upright && orientation >= 5;
  const exif = essentialExif(
    upright ? 1 : orientation,
    density && isTurned ? { x: density.y, y: density.x } : density,
  );
  return {
    ...(found.icc && facts.profile.kind === "other" && { icc: found.icc }),
    ...(exif && { exif }),
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
