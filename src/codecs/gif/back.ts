// GIF in the children: encodes through sharp, runs the strategies that strategies.ts declares.

import { ServiceError } from "../../errors.ts";
import type { Candidate, CodecBack, OptimizeJob, WorkBench } from "../codec.ts";
import { assemble, stripped } from "./assemble.ts";
import { structureOf } from "./blocks.ts";
import { followCodes } from "./codes.ts";
import { decode } from "./decode.ts";
import { forecast } from "./forecast.ts";
import { timingOf } from "./frames.ts";
import { readMetadata, writeMetadata } from "./metadata.ts";
import { gifSettings, LOSSLESS, lossSettings, MAX_EDGE } from "./plan.ts";
import type { LossSettings } from "./plan.ts";
import { recodeFrames, recodeSettled, whyNot } from "./recode.ts";
import type { Recode } from "./recode.ts";

export const back: CodecBack = {
  decode,
  encoding: (intent, { width, height, frames }) => {
    if (Math.max(width, height) > MAX_EDGE) {
      throw new ServiceError(
        "image_too_large",
        `GIF holds at most ${MAX_EDGE} px along an edge; ask for a smaller size or another format.`,
        { limit: MAX_EDGE },
      );
    }
    const { quality, encoding } = intent;
    return {
      engine: "sharp",
      output: "gif",
      options: {
        ...gifSettings(quality, encoding.lossless, width * height * frames),
      },
    };
  },
  timing: (file) => timingOf(structureOf(file)),
  readThrough: followCodes,
  forecast,
  readMetadata,
  writeMetadata,
  run: {
    "metadata-strip": (job) => Promise.resolve(metadataStrip(job)),
    gifsicle: (job, bench) => recode(job, bench, recodeFrames, LOSSLESS),
    "gifsicle-settled": (job, bench) =>
      recode(job, bench, recodeSettled, lossSettings(job.intent.quality)),
    "gifsicle-lossy": (job, bench) =>
      recode(job, bench, recodeFrames, lossSettings(job.intent.quality)),
  },
};

function metadataStrip(job: OptimizeJob): Candidate {
  return {
    bytes: stripped(job),
    method: "metadata-strip",
    byTool: false,
    upright: false,
    ...warnings(job),
  };
}

/** A file that ends within a frame loses that frame in every way. */
function warnings({ input }: OptimizeJob): Pick<Candidate, "warnings"> {
  return structureOf(input).isWhole ? {} : { warnings: ["truncated"] };
}

async function recode(
  job: OptimizeJob,
  bench: WorkBench,
  coded: Recode,
  settings: LossSettings,
): Promise<Candidate | string> {
  const file = stripped(job);
  const reason = whyNot(structureOf(file), job.facts);
  if (reason !== undefined) return reason;
  const made = await coded(file, job, bench, settings);
  if (typeof made === "string") return made;
  const { bytes, method } = made;
  const { minScore } = settings;
  return {
    bytes: assemble(bytes, job),
    method,
    byTool: true,
    upright: false,
    ...(minScore > 0 && { minScore }),
    ...warnings(job),
  };
}
