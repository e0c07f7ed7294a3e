// What foretelling AVIF and HEIC files has in common: what is told of a sample, and the bytes of a file's parts.

import { boxesIn } from "./containers/isobmff.ts";
import { readMetadata } from "./containers/heif-metadata.ts";
import type { Forecast, OptimizeJob, RawPixels } from "./codec.ts";
import { dressed, floorFor, lostBeside } from "./heif-optimize.ts";
import { featuresOf } from "./sample/two-phase.ts";
import type { Told } from "./sample/two-phase.ts";

/** What was told of a picture's pixels, as a forecast of its file; `isThorough` when the coder worked harder than at its usual effort. */
export function recoded(
  method: string,
  told: Told,
  { width, height, channels }: RawPixels,
  job: OptimizeJob,
  isThorough: boolean,
): Forecast {
  const { file, bytes } = told.coded;
  return {
    method,
    pixelBytes: told.bytes,
    besideBytes: dressed(file, job).length - bytes + profileBytes(job),
    features: {
      ...featuresOf(told, width * height),
      thorough: isThorough ? 1 : 0,
    },
    // What hides behind alpha is read otherwise by optimize: 0.2 % of a cut-out.
    isWhole: told.by === "whole" && channels % 2 === 1,
    warnings: lostBeside(job),
    proof: {
      before: told.pixels,
      after: file,
      minScore: floorFor(job.intent.quality),
    },
  };
}

/** Of a `colr` box: its head, the type of its profile, and in `ipma` the link to it. */
const PROFILE_BOX = 13;

/** The profile travels with the file's own pixels alone, not with samples of them. */
function profileBytes({ input, facts }: OptimizeJob): number {
  if (facts.profile.kind !== "other") return 0;
  return PROFILE_BOX + (readMetadata(input).icc?.length ?? 0);
}

/** What the coded pictures take. */
export function mediaBytes(file: Uint8Array): number {
  return boxesIn(file)
    .filter(({ type }) => type === "mdat")
    .reduce((sum, { length }) => sum + length, 0);
}
