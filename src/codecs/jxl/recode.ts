// Encodes a JPEG XL's pixels again, with and without loss.

import { readFile } from "node:fs/promises";

import { cjxl } from "../../engines/jxl.ts";
import type { Facts } from "../../image/facts.ts";
import { orientedSize } from "../../image/geometry.ts";
import type { Candidate, OptimizeJob, WorkBench } from "../codec.ts";
import { settleExif } from "../containers/exif.ts";
import { settleXmp } from "../containers/xmp.ts";
import { smallestFrom } from "../finer-looks.ts";
import { readMetadata } from "./metadata.ts";
import { decodeFiles, type DecodedFiles } from "./pixels.ts";
import {
  gainsLittle,
  isDrawn,
  losslessSettings,
  lossySettings,
  minScoreFor,
  type JxlSettings,
} from "./plan.ts";
import { rebuild } from "./rebuild.ts";
import { essentials } from "./strip.ts";
import { cannotBeExact, cannotLose } from "./survival.ts";

/** Bytes below which cjxl's tables weigh as much as what they tell: at 1.1 KB they still made 20 % more of a coarser look, at 1.9 nothing. */
const LITTLE = 1500;

/** Whether so many bytes are little enough for finer looks to be tried too. */
export function isLittle(bytes: number): boolean {
  return bytes < LITTLE;
}

export async function recodeLossless(
  job: OptimizeJob,
  bench: WorkBench,
): Promise<Candidate | string> {
  const reason = cannotBeExact(job);
  if (reason !== undefined) return reason;
  const decoded = await decodeFiles(job.inputPath, job.facts, bench);
  const settings = losslessSettings(job.facts);
  const coded = await encodeAgain(sourceOf(decoded), settings, job, bench);
  const again = await decodeFiles(coded, job.facts, bench);
  if (!(await sameBytes(decoded, again))) return "pixels-differ";
  return candidate(await readFile(coded), "jxl-lossless", job);
}

export async function recodeLossy(
  job: OptimizeJob,
  bench: WorkBench,
): Promise<Candidate | string> {
  const reason = cannotLose(job);
  if (reason !== undefined) return reason;
  const { facts, intent } = job;
  const decoded = await decodeFiles(job.inputPath, facts, bench);
  const coded = await smallestFrom(
    intent.quality,
    async (quality) => {
      const settings = lossySettings(quality, facts, isDrawn(facts));
      return readFile(
        await encodeAgain(sourceOf(decoded), settings, job, bench),
      );
    },
    ({ length }) => isLittle(length),
  );
  const made = candidate(coded, "jxl-reencode", job);
  if (gainsLittle(made.bytes.length, facts)) return "little-gain";
  return { ...made, minScore: minScoreFor(intent.quality) };
}

/** What cjxl is given: a PNM, and the path of the profile that its samples are in, where that is to be written. */
export interface Source {
  readonly frame: string;
  readonly profile?: string;
}

function sourceOf({ frames: [frame], original }: DecodedFiles): Source {
  if (frame === undefined) throw new Error("no frame was decoded");
  return { frame, profile: original };
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

/** Path of what these settings make of a whole picture, or of a part that stands for it. Rejects as `cjxl` does. */
export async function encodeAgain(
  { frame, profile }: Source,
  settings: JxlSettings,
  { facts }: OptimizeJob,
  bench: WorkBench,
): Promise<string> {
  const output = bench.scratch("coded.jxl");
  const colorSpace = colorSpaceOf(facts);
  await cjxl(frame, output, {
    ...settings,
    ...(profile !== undefined && facts.profile.kind === "other" && { profile }),
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

function candidate(
  coded: Uint8Array,
  method: string,
  job: OptimizeJob,
): Candidate {
  return { bytes: dressed(coded, job), method, byTool: true, upright: true };
}

/** A new codestream with what must survive of its source around it; its pixels are upright. */
export function dressed(
  coded: Uint8Array,
  { input, facts, intent }: OptimizeJob,
): Uint8Array {
  const blocks = intent.stripMetadata
    ? essentials(facts, true)
    : settled(input, facts);
  return rebuild(coded, (type) => type === "jxll", blocks);
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
