// Makes PNGs of one frame smaller: packs them exactly, or reduces them to a palette.

import { ALL_FILTERS, oxipng, type Reductions } from "../../engines/oxipng.ts";
import { sharp } from "../../engines/sharp.ts";
import type { Facts } from "../../image/facts.ts";
import type { Candidate, OptimizeJob } from "../codec.ts";
import { assemble, readCoded, type Coded } from "./assemble.ts";
import { bestFilter, deflateRows } from "./deflate.ts";
import { hasManyColors } from "./palette.ts";
import { reductionSettings } from "./plan.ts";
import { asPacked, reducePicture } from "./reduce.ts";
import { readRows } from "./scanlines.ts";
import { keepsProfile } from "./survivors.ts";

/** Pixels up to which every filter is tried: a filter costs 1.1 CPU-s per megapixel, and a sample finds the best one or nearly. */
const ALL_FILTERS_UP_TO = 1e6;

/** By oxipng. */
export async function packStill(job: OptimizeJob): Promise<Candidate> {
  const input = await soundInput(job);
  const filters = triesAllFilters(job.facts)
    ? ALL_FILTERS
    : [bestFilter(...plainRows(readCoded(input)))];
  const packed = await oxipng(input, reductionsFor(job), filters);
  return made(assemble(readCoded(packed), job), "oxipng");
}

/** By zlib: for images too large for oxipng. */
export async function deflateStill(job: OptimizeJob): Promise<Candidate> {
  const coded = readCoded(await soundInput(job));
  return made(assemble(redeflated(coded), job), "deflate");
}

/** By a palette of 256 colors; a reason where it already has no more. */
export async function quantizeStill(
  job: OptimizeJob,
): Promise<Candidate | string> {
  const { facts, intent } = job;
  const pixels = await opened(job)
    .toColourspace("srgb")
    .ensureAlpha()
    .raw()
    .toBuffer();
  const picture = { width: facts.width, height: facts.height, pixels };
  if (!hasManyColors([picture])) return "few-colors";
  const settings = reductionSettings(intent.quality, facts);
  const reduced = await reducePicture(picture, settings);
  if (!reduced) return "score-too-low";
  const { coded, method } = await asPacked(reduced, facts);
  return {
    ...made(assemble(coded, job), method),
    ...(facts.bitDepth > 8 && { warnings: ["depth-reduced"] }),
  };
}

/** Whether oxipng is given every filter to choose from, or one that a sample chose. */
export function triesAllFilters({ width, height }: Facts): boolean {
  return width * height <= ALL_FILTERS_UP_TO;
}

function made(bytes: Uint8Array, method: string): Candidate {
  return { bytes, method, byTool: false, upright: false };
}

function opened({ inputPath, facts, tolerance }: OptimizeJob) {
  return sharp(inputPath, {
    ignoreIcc: true,
    failOn: tolerance,
    limitInputPixels: facts.width * facts.height,
  });
}

/** The file as it came or, once its damage has been judged bearable, what can be read of it. */
async function soundInput(job: OptimizeJob): Promise<Uint8Array> {
  if (job.tolerance === "warning") return job.input;
  return opened(job)
    .toColourspace(spaceOf(job.facts))
    .png({ compressionLevel: 1 })
    .toBuffer();
}

/** libvips' name of the space that keeps the samples as they are. */
function spaceOf({ color, bitDepth }: Facts): string {
  if (color === "gray") return bitDepth > 8 ? "grey16" : "b-w";
  return bitDepth > 8 ? "rgb16" : "srgb";
}

/** A kept profile is of the color space that the samples are in: gray or color must stay what they are (PNG third edition, 11.3.2.3). */
export function reductionsFor(job: OptimizeJob): Reductions {
  const isBound = keepsProfile(job);
  const isFree = !isBound || job.facts.color !== "gray";
  return { depth: true, color: isFree, gray: !isBound, palette: isFree };
}

function plainRows(coded: Coded): [Uint8Array, Coded["header"]] {
  const rows = readRows(coded.data, coded.header);
  return [rows, { ...coded.header, interlaced: false }];
}

function redeflated(coded: Coded): Coded {
  const [rows, header] = plainRows(coded);
  const data = deflateRows(rows, header, bestFilter(rows, header));
  return { ...coded, header, data };
}
