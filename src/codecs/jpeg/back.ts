// JPEG in the children: encodes through sharp, runs the strategies that strategies.ts declares.

import { readFile } from "node:fs/promises";

import { jpegtran } from "../../engines/jpegtran.ts";
import { reencode } from "../../engines/sharp.ts";
import type { Facts } from "../../image/facts.ts";
import { UPRIGHT } from "../../image/geometry.ts";
import type { OptimizeIntent } from "../../image/intent.ts";
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

/** The kinds of scans to try: `progressive_jpeg` asks for progressive ones, its absence for whichever are smaller. */
function scansToTry(intent: OptimizeIntent, bytes: number): boolean[] {
  return intent.progressive || bytes >= TRY_BASELINE_BELOW
    ? [true]
    : [true, false];
}

function smallestOf(results: readonly Uint8Array[]): Uint8Array {
  return results.reduce((a, b) => (b.length < a.length ? b : a));
}

async function rewriteEntropy(
  job: OptimizeJob,
  bench: WorkBench,
): Promise<Candidate> {
  const results: Uint8Array[] = [];
  for (const progressive of scansToTry(job.intent, job.input.length)) {
    const output = bench.scratch("jpegtran.jpg");
    await jpegtran(job.inputPath, output, {
      progressive,
      copy: job.intent.stripMetadata ? "none" : "all",
      timeoutMs: bench.toolTimeoutMs,
    });
    results.push(new Uint8Array(await readFile(output)));
  }
  return {
    bytes: assemble(smallestOf(results), job, false),
    method: "jpegtran",
    byTool: true,
    upright: false,
  };
}

/** libvips' names of the spaces that samples are in. */
const SPACES: Readonly<Record<Facts["color"], string>> = {
  gray: "b-w",
  cmyk: "cmyk",
  rgb: "srgb",
  palette: "srgb",
};

/**
 * Encodes the same samples again: no profile is applied, CMYK stays CMYK and
 * gray gray. The picture comes out upright.
 */
async function encodeAgain(job: OptimizeJob): Promise<Candidate> {
  const { facts, intent } = job;
  const settings = mozjpegSettings(intent.quality, facts);
  const encode = (progressive: boolean): Promise<Uint8Array> =>
    reencode(job.inputPath, {
      output: "jpeg",
      options: {
        ...settings,
        // Without progressive scans there are none to search.
        progressive,
        optimiseScans: progressive,
        // Half the samples of C, M, Y and K would blur the black plate.
        ...(facts.color === "cmyk" && { chromaSubsampling: "4:4:4" }),
      },
      space: SPACES[facts.color],
      turn: UPRIGHT[facts.orientation],
      tolerance: job.tolerance,
      maxPixels: Math.max(facts.width * facts.height, facts.codedPixels),
    });
  const first = await encode(true);
  const [, baseline] = scansToTry(intent, first.length);
  const coded =
    baseline === undefined
      ? first
      : smallestOf([first, await encode(baseline)]);
  return {
    bytes: assemble(coded, job, true),
    method: "mozjpeg",
    byTool: false,
    upright: true,
  };
}
