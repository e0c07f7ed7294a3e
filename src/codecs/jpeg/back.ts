// JPEG in the children: encodes through sharp, runs the strategies that strategies.ts declares.

import type { Candidate, CodecBack, OptimizeJob, WorkBench } from "../codec.ts";
import { decodeInPlace } from "../decode-in-place.ts";
import { assemble } from "./assemble.ts";
import { forecast } from "./forecast.ts";
import { readMetadata, writeMetadata } from "./metadata.ts";
import {
  losesChroma,
  minScoreOf,
  mozjpegSettings,
  turboSettings,
} from "./plan.ts";
import type { JpegSettings } from "./plan.ts";
import { encodeSamples } from "./recode.ts";
import { baselineScans, rewritten, smallestOf } from "./rewrite.ts";
import { stripped } from "./strip.ts";

export const back: CodecBack = {
  decode: async (path, facts) => ({
    ...(await decodeInPlace(path, facts)),
    shrinksOnLoad: true,
  }),
  encoding: (intent, _, bench) => ({
    engine: "sharp",
    output: "jpeg",
    options: {
      ...(bench.encoders.jpeg === "mozjpeg"
        ? mozjpegSettings(intent.quality)
        : turboSettings(intent.quality)),
    },
  }),
  readMetadata,
  writeMetadata,
  forecast,
  run: {
    "metadata-strip": (job) => Promise.resolve(metadataStrip(job)),
    jpegtran: rewriteEntropy,
    mozjpeg: async (job, bench) => {
      const settings = mozjpegSettings(job.intent.quality, job.facts);
      const made = await encodeAgain(job, bench, settings);
      const isHalved = losesChroma(job.facts, job.intent.quality);
      return isHalved
        ? { ...made, minScore: minScoreOf(job.intent.quality) }
        : made;
    },
    "mozjpeg-444": (job, bench) =>
      encodeAgain(job, bench, {
        ...mozjpegSettings(job.intent.quality, job.facts),
        chromaSubsampling: "4:4:4",
      }),
  },
};

function metadataStrip(job: OptimizeJob): Candidate {
  return {
    bytes: assemble(stripped(job.input), job, false),
    method: "metadata-strip",
    byTool: false,
    upright: false,
  };
}

async function rewriteEntropy(
  job: OptimizeJob,
  bench: WorkBench,
): Promise<Candidate> {
  const { stripMetadata, progressive } = job.intent;
  const results = await rewritten(
    job.inputPath,
    stripMetadata ? "none" : "all",
    progressive ? ["progressive"] : ["progressive", "baseline"],
    bench,
  );
  return {
    bytes: assemble(smallestOf(results), job, false),
    method: "jpegtran",
    byTool: true,
    upright: false,
  };
}

async function encodeAgain(
  job: OptimizeJob,
  bench: WorkBench,
  settings: JpegSettings,
): Promise<Candidate> {
  const coded = await encodeSamples(job.inputPath, job, settings);
  const baseline = await baselineScans(coded, job.intent, bench);
  return {
    bytes: assemble(smallestOf([coded, ...baseline]), job, true),
    method: "mozjpeg",
    byTool: baseline.some(({ length }) => length < coded.length),
    upright: true,
  };
}
