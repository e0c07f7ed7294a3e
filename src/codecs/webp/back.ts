// WebP in the children: encodes through sharp, runs the strategies that strategies.ts declares.

import { ServiceError } from "../../errors.ts";
import type { Candidate, CodecBack, OptimizeJob } from "../codec.ts";
import { decodeInPlace } from "../decode-in-place.ts";
import { assemble } from "./assemble.ts";
import { forecast } from "./forecast.ts";
import { readMetadata, writeMetadata } from "./metadata.ts";
import {
  hasAlpha,
  pixelsOf,
  readContent,
  type CodedPicture,
  type WebpContent,
} from "./pictures.ts";
import {
  convertSettings,
  losslessSettings,
  lossySettings,
  minScoreOf,
  MAX_EDGE,
  type WebpSettings,
  type Work,
} from "./plan.ts";
import {
  losslessWays,
  lossyWays,
  recodeFrames,
  recodeStill,
} from "./recode.ts";
import { timing } from "./timing.ts";

export const back: CodecBack = {
  decode: decodeInPlace,
  encoding: (intent, picture) => {
    if (Math.max(picture.width, picture.height) > MAX_EDGE) {
      throw new ServiceError(
        "image_too_large",
        `WebP holds at most ${MAX_EDGE} px along an edge; ask for a smaller size or another format.`,
        { limit: MAX_EDGE },
      );
    }
    return {
      engine: "sharp",
      output: "webp",
      options: { ...convertSettings(intent, picture) },
    };
  },
  timing,
  readMetadata,
  writeMetadata,
  forecast,
  run: {
    "metadata-strip": (job) =>
      Promise.resolve(
        candidate("metadata-strip", readContent(job.input), job, false),
      ),
    "webp-lossless": (job) =>
      recoded("webp-lossless", job, losslessSettings, losslessWays),
    "webp-reencode": async (job) => ({
      ...(await recoded(
        "webp-reencode",
        job,
        (work) => lossySettings(job.intent.quality, work),
        (picture, pixels) => lossyWays(picture, pixels, job),
      )),
      minScore: minScoreOf(job.intent.quality),
    }),
  },
};

/** Codes the still, or every frame that it pays for, again. Only a still is turned: a frame's place would have to turn with it. */
async function recoded(
  method: string,
  job: OptimizeJob,
  settings: (work: Work) => WebpSettings,
  ways: (picture: CodedPicture, pixels: number) => readonly WebpSettings[],
): Promise<Candidate> {
  const content = readContent(job.input);
  const pixels = pixelsOf(content);
  const { still, animation } = content;
  const made = still
    ? await recodeStill(
        still,
        job,
        settings({ pixels, hasAlpha: hasAlpha(still) }),
      )
    : await recodeFrames(animation, job, (one) => ways(one, pixels));
  return candidate(method, made, job, still !== undefined);
}

function candidate(
  method: string,
  content: WebpContent,
  job: OptimizeJob,
  upright: boolean,
): Candidate {
  const bytes = assemble(content, job, upright);
  return { bytes, method, byTool: false, upright };
}
