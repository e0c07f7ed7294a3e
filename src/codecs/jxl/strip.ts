// Takes everything out of a JPEG XL that is not part of how it looks, without touching its codestream.

import { readFile, writeFile } from "node:fs/promises";

import { reconstructJpeg } from "../../engines/jxl.ts";
import { ServiceError } from "../../errors.ts";
import type { Candidate, OptimizeJob, WorkBench } from "../codec.ts";
import { essentialExif } from "../containers/essential-exif.ts";
import { isBareJpeg } from "./bare-jpeg.ts";
import { holds, rebuild, type Blocks } from "./rebuild.ts";

/** Boxes that say how the codestream is to be read or shown: its level, where frames are, a gain map. */
const KEPT = ["jxll", "jxli", "jhgm"];
const RECONSTRUCTION = "jbrd";

/**
 * What must survive of the metadata: the density, where there is one.
 * Orientation stands in the codestream.
 */
export function essentials(
  { density, orientation }: OptimizeJob["facts"],
  isTurned: boolean,
): Blocks {
  const turned =
    density && isTurned && orientation >= 5
      ? { x: density.y, y: density.x }
      : density;
  const exif = essentialExif(1, turned);
  return exif ? { exif } : {};
}

/**
 * Data by which a transcoded JPEG can be made again to the byte stay when that
 * JPEG carries no metadata: they hold its comments, and lean on its EXIF.
 */
export async function strip(
  job: OptimizeJob,
  bench: WorkBench,
): Promise<Candidate> {
  const { input, facts } = job;
  const blocks = essentials(facts, false);
  const made = (kinds: readonly string[]): Candidate => ({
    bytes: rebuild(input, (type) => kinds.includes(type), blocks),
    method: "metadata-strip",
    byTool: false,
    upright: false,
  });
  if (holds(input, RECONSTRUCTION) && blocks.exif === undefined) {
    const whole = made([...KEPT, RECONSTRUCTION]);
    if (await makesBareJpeg(whole.bytes, bench)) return whole;
  }
  return made(KEPT);
}

async function makesBareJpeg(
  file: Uint8Array,
  bench: WorkBench,
): Promise<boolean> {
  const input = bench.scratch("stripped.jxl");
  const output = bench.scratch("reconstructed.jpg");
  await writeFile(input, file);
  try {
    const { toolTimeoutMs } = bench;
    if (!(await reconstructJpeg(input, output, toolTimeoutMs))) return false;
    return isBareJpeg(await readFile(output));
  } catch (error) {
    if (error instanceof ServiceError && error.code === "optimization_failed")
      return false;
    throw error;
  }
}
