// Decides which files of a corpus curves are drawn over: lossless photographs, since loss upon loss would blur the comparison.

import type { CorpusFile } from "../corpus/load.ts";
import { factsOf } from "../run/job.ts";

/** Third-party originals for rate–distortion work are named so (shared corpus, README). */
const ORIGINAL = /(^|\/)rd-/;

export async function curveSources(
  files: readonly CorpusFile[],
): Promise<CorpusFile[]> {
  const sources: CorpusFile[] = [];
  for (const file of files) {
    const isPhoto = file.tags.includes("photo") || ORIGINAL.test(file.name);
    if (isPhoto && (await isLosslessStill(file.path))) sources.push(file);
  }
  return sources;
}

async function isLosslessStill(path: string): Promise<boolean> {
  try {
    const { lossy, frames, bitDepth, hasAlpha } = await factsOf(path);
    return !lossy && frames === 1 && bitDepth === 8 && !hasAlpha;
  } catch {
    return false;
  }
}
