// Brings a JPEG XL's pixels to files: a PNM as djxl writes it, and from that what sharp opens.

import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { believing } from "../../engines/command.ts";
import { djxl } from "../../engines/jxl.ts";
import { writeRaw } from "../../engines/v-file.ts";
import { ServiceError } from "../../errors.ts";
import type { Facts } from "../../image/facts.ts";
import type { RawPixels, WorkBench } from "../codec.ts";
import { stackPnm } from "./pnm.ts";

/** Paths of the decoded frames, in order, of the profile their samples are in, and of the one that the file names. */
export interface DecodedFiles {
  readonly frames: readonly string[];
  readonly profile: string;
  readonly original: string;
}

const decoded = new WeakMap<WorkBench, Map<string, Promise<DecodedFiles>>>();

/**
 * Decodes all frames of the file, once for all who ask at one bench: strategies, their proofs and
 * forecasts. Throws `invalid_image` when it does not decode, and `tool_timeout`.
 */
export function decodeFiles(
  path: string,
  facts: Facts,
  bench: WorkBench,
): Promise<DecodedFiles> {
  const known = decoded.get(bench) ?? new Map<string, Promise<DecodedFiles>>();
  decoded.set(bench, known);
  const files = known.get(path) ?? byDjxl(path, facts, bench);
  known.set(path, files);
  return files;
}

async function byDjxl(
  path: string,
  { bitDepth }: Facts,
  bench: WorkBench,
): Promise<DecodedFiles> {
  const output = bench.scratch("decoded.ppm");
  const profile = bench.scratch("decoded.icc");
  const original = bench.scratch("original.icc");
  try {
    await djxl(path, output, {
      bits: bitDepth > 8 ? 16 : 8,
      profile,
      original,
      timeoutMs: bench.toolTimeoutMs,
    });
  } catch (error) {
    throw refused(error);
  }
  return { frames: await filesOf(output), profile, original };
}

/** The file itself, or for an animation its numbered likes: "decoded-00.ppm". */
async function filesOf(output: string): Promise<string[]> {
  const folder = dirname(output);
  const name = basename(output);
  const stem = `${name.slice(0, -".ppm".length)}-`;
  const all = await readdir(folder);
  if (all.includes(name)) return [output];
  return all
    .filter((each) => each.startsWith(stem) && each.endsWith(".ppm"))
    .toSorted()
    .map((each) => join(folder, each));
}

/** Writes `frames` of the decoded frames below each other where sharp can open them. */
export async function writeFrames(
  { frames }: DecodedFiles,
  count: number,
  output: string,
  profile: Uint8Array | undefined,
): Promise<RawPixels> {
  return believing("djxl", async () => {
    const files = await Promise.all(
      frames.slice(0, count).map((path) => readFile(path)),
    );
    const pixels = stackPnm(files);
    await writeRaw(output, pixels, profile);
    return pixels;
  });
}

/** An exit with an error is the decoder's verdict on the file; a crash or a missing tool is not. */
function refused(error: unknown): unknown {
  const isVerdict =
    error instanceof ServiceError && error.context["exit"] !== undefined;
  if (!isVerdict) return error;
  return new ServiceError(
    "invalid_image",
    "The JPEG XL file does not decode: it is damaged, cut off, or of a kind not supported.",
    { detected: "jxl" },
    { cause: error },
  );
}
