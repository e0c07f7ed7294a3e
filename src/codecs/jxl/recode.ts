// Encodes a JPEG XL's pixels again, with and without loss; decides which files bear it.

import { readFile } from "node:fs/promises";

import { cjxl } from "../../engines/jxl.ts";
import type { Facts } from "../../image/facts.ts";
import { orientedSize } from "../../image/geometry.ts";
import type { Candidate, OptimizeJob, WorkBench } from "../codec.ts";
import { settleExif } from "../containers/exif.ts";
import { walkBytes } from "../containers/walk.ts";
import { settleXmp } from "../containers/xmp.ts";
import { EXTRA } from "./image-header.ts";
import { readMetadata } from "./metadata.ts";
import { decodeFiles, type DecodedFiles } from "./pixels.ts";
import {
  isDrawn,
  losslessSettings,
  LOSSY_BELOW,
  lossySettings,
  minGainFor,
  minScoreFor,
  type JxlSettings,
} from "./plan.ts";
import { rebuild } from "./rebuild.ts";
import { essentials } from "./strip.ts";
import { walkStructure, type Structure } from "./structure.ts";

export async function recodeLossless(
  job: OptimizeJob,
  bench: WorkBench,
): Promise<Candidate | string> {
  const structure = walkBytes(job.input, walkStructure(job.input.length));
  const reason = whyNot(structure, job.facts);
  if (reason !== undefined) return reason;
  const decoded = await decodeFiles(job.inputPath, job.facts, bench);
  const settings = losslessSettings(job.facts);
  const coded = await encode(decoded, settings, job.facts, bench);
  const again = await decodeFiles(coded, job.facts, bench);
  if (!(await sameBytes(decoded, again))) return "pixels-differ";
  return candidate(await readFile(coded), "jxl-lossless", job);
}

export async function recodeLossy(
  job: OptimizeJob,
  bench: WorkBench,
): Promise<Candidate | string> {
  const { input, facts, intent } = job;
  const structure = walkBytes(input, walkStructure(input.length));
  const reason = whyNot(structure, facts);
  if (reason !== undefined) return reason;
  // Decoders bring XYB to sRGB where a profile was all there was to say.
  if (facts.profile.kind === "other") return "profile";
  if (isTranscoded(structure) && intent.quality.value >= LOSSY_BELOW) {
    return "transcoded-jpeg";
  }
  const decoded = await decodeFiles(job.inputPath, facts, bench);
  const settings = lossySettings(intent.quality, facts, isDrawn(facts));
  const coded = await encode(decoded, settings, facts, bench);
  const made = candidate(await readFile(coded), "jxl-reencode", job);
  if (made.bytes.length > input.length * (1 - minGainFor(facts))) {
    return "little-gain";
  }
  return { ...made, minScore: minScoreFor(intent.quality) };
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

/** libjxl's names: white, primaries and transfer of our code points. */
const PRIMARIES: Readonly<Record<number, string>> = {
  1: "D65_SRG",
  9: "D65_202",
  11: "DCI_DCI",
  12: "D65_DCI",
};
const TRANSFERS: Readonly<Record<number, string>> = {
  1: "709",
  8: "Lin",
  13: "SRG",
};

function colorSpaceOf({ cicp, color }: Facts): string | undefined {
  const primaries = cicp && PRIMARIES[cicp.primaries];
  const transfer = cicp && TRANSFERS[cicp.transfer];
  if (!primaries || !transfer) return undefined;
  return color === "gray"
    ? `Gra_D65_Rel_${transfer}`
    : `RGB_${primaries}_Rel_${transfer}`;
}

async function encode(
  { frames: [frame], original }: DecodedFiles,
  settings: JxlSettings,
  facts: Facts,
  bench: WorkBench,
): Promise<string> {
  if (frame === undefined) throw new Error("no frame was decoded");
  const output = bench.scratch("coded.jxl");
  const colorSpace = colorSpaceOf(facts);
  await cjxl(frame, output, {
    ...settings,
    ...(facts.profile.kind === "other" && { profile: original }),
    ...(colorSpace && { colorSpace }),
    ...(![8, 16].includes(facts.bitDepth) && { bitDepth: facts.bitDepth }),
    timeoutMs: bench.toolTimeoutMs,
  });
  return output;
}

async function sameBytes(a: DecodedFiles, b: DecodedFiles): Promise<boolean> {
  const [before, after] = [a.frames[0], b.frames[0]];
  if (before === undefined || after === undefined) return false;
  return (await readFile(before)).equals(await readFile(after));
}

/** A new codestream with what must survive of its source around it; its pixels are upright. */
function candidate(
  coded: Uint8Array,
  method: string,
  { input, facts, intent }: OptimizeJob,
): Candidate {
  const blocks = intent.stripMetadata
    ? essentials(facts, true)
    : settled(input, facts);
  const bytes = rebuild(coded, (type) => type === "jxll", blocks);
  return { bytes, method, byTool: true, upright: true };
}

function settled(input: Uint8Array, facts: Facts) {
  const size = orientedSize(facts, facts.orientation);
  const { exif, xmp } = readMetadata(input);
  const upright = exif && settleExif(exif, size);
  return {
    ...(upright && { exif: upright }),
    ...(xmp && { xmp: settleXmp(xmp, size) }),
  };
}
