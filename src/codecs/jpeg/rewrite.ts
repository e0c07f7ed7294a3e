// Writes a JPEG's coefficients in other scans, and tells which file is the smallest.

import { writeFile } from "node:fs/promises";

import { jpegtran } from "../../engines/jpegtran.ts";
import type { OptimizeIntent } from "../../image/intent.ts";
import type { WorkBench } from "../codec.ts";
import { readBytes } from "../containers/reader.ts";

export function smallestOf(results: readonly Uint8Array[]): Uint8Array {
  return results.reduce((a, b) => (b.length < a.length ? b : a));
}

/**
 * jpegtran's rewrites of the file at `path`, one for each of `scans`. Progressive ones
 * are mostly smaller; baseline ones are in small files and noisy ones (by 2 %
 * in one of 160 KB), so both are made unless `progressive_jpeg` asks for the
 * one kind.
 */
export async function rewritten(
  path: string,
  copy: "none" | "all",
  scans: readonly ("progressive" | "baseline")[],
  bench: WorkBench,
): Promise<Uint8Array[]> {
  const results: Uint8Array[] = [];
  for (const kind of scans) {
    const output = bench.scratch(`${kind}.jpg`);
    await jpegtran(path, output, {
      progressive: kind === "progressive",
      copy,
      timeoutMs: bench.toolTimeoutMs,
    });
    results.push(await readBytes(output));
  }
  return results;
}

/** mozjpeg's search knows progressive scans only: the same coefficients in baseline ones, where jpegtran is there to write them. */
export async function baselineScans(
  coded: Uint8Array,
  intent: OptimizeIntent,
  bench: WorkBench,
): Promise<Uint8Array[]> {
  if (intent.progressive || !bench.engines.has("jpegtran")) return [];
  const path = bench.scratch("mozjpeg.jpg");
  await writeFile(path, coded);
  return rewritten(path, "none", ["baseline"], bench);
}
