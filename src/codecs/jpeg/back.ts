// JPEG in the children: encodes through sharp, runs the strategies that strategies.ts declares.

import { readFile } from "node:fs/promises";

import { jpegtran } from "../../engines/jpegtran.ts";
import { reencode } from "../../engines/sharp.ts";
import { UPRIGHT } from "../../image/geometry.ts";
import type { Candidate, CodecBack, OptimizeJob, WorkBench } from "../codec.ts";
import { decodeInPlace } from "../decode-in-place.ts";
import { assemble } from "./assemble.ts";
import { readMetadata, writeMetadata } from "./metadata.ts";
import { mozjpegSettings, turboSettings } from "./plan.ts";
import { stripped } from "./strip.ts";

export const back: CodecBack = {
  decode: decodeInPlace,
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
  run: {
    "metadata-strip": (job) => Promise.resolve(metadataStrip(job)),
    jpegtran: rewriteEntropy,
    mozjpeg: encodeAgain,
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

/** Below this many bytes baseline scans can beat progressive ones: both are tried. */
const TRY_BASELINE_BELOW = 64 * 1024;

async function rewriteEntropy(
  job: OptimizeJob,
  bench: WorkBench,
): Promise<Candidate> {
  const scans = [true];
  if (!job.intent.progressive && job.input.length < TRY_BASELINE_BELOW) {
    scans.push(false);
  }
  const results = [];
  for (const progressive of scans) {
    const output = bench.scratch("jpegtran.jpg");
    await jpegtran(job.inputPath, output, {
      progressive,
      copy: job.intent.stripMetadata ? "none" : "all",
      timeoutMs: bench.toolTimeoutMs,
    });
    results.push(new Uint8Array(await readFile(output)));
  }
  const smallest = results.reduce((a, b) => (b.length < a.length ? b : a));
  return {
    bytes: assemble(smallest, job, false),
    method: "jpegtran",
    byTool: true,
    upright: false,
  };
}

/**
 * Encodes the same samples again: no profile is applied, CMYK stays CMYK and
 * gray gray. The picture comes out upright.
 */
async function encodeAgain(job: OptimizeJob): Promise<Candidate> {
  const { facts, intent } = job;
  const settings =
    facts.color === "cmyk"
      ? {
          ...mozjpegSettings(intent.quality, facts),
          chromaSubsampling: "4:4:4",
        }
      : mozjpegSettings(intent.quality, facts);
  const space = { gray: "b-w", cmyk: "cmyk", rgb: "srgb", palette: "srgb" };
  const coded = await reencode(job.inputPath, {
    output: "jpeg",
    options: settings,
    space: space[facts.color],
    turn: UPRIGHT[facts.orientation],
    tolerance: job.tolerance,
    maxPixels: Math.max(facts.width * facts.height, facts.codedPixels),
  });
  return {
    bytes: assemble(coded, job, true),
    method: "mozjpeg",
    byTool: false,
    upright: true,
  };
}
