// Compares a built corpus with its manifest: pixels with pins, files with their buckets and sizes; repairs nothing.

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { bucketProblem, pinProblem, type Progress } from "./build.ts";
import { measure } from "./encode.ts";
import { drawEntry, filesOf, type Declared, type Entry } from "./entry.ts";
import { fingerprint } from "./picture.ts";
import { readStamps, sha256, type Built } from "./stamps.ts";
import { measureBmp } from "./writers/bmp.ts";

/** One line for each breach, by name; none when pixels and files are what the manifest says. */
export async function verify(
  entries: readonly Entry[],
  folder: string,
  onProgress?: Progress,
): Promise<string[]> {
  const stamps = await readStamps(folder);
  const problems: string[] = [];
  for (const [index, entry] of entries.entries()) {
    const found = fingerprint(drawEntry(entry));
    if (found !== entry.pixelSha256) {
      problems.push(`${entry.name}: ${pinProblem(entry, found)}`);
    }
    for (const file of filesOf(entry)) {
      const built = stamps.get(file.name);
      const problem =
        built?.stamp === file.stamp
          ? await fileProblem(entry, file, join(folder, file.name), built)
          : `${file.name}: not built from this manifest`;
      if (problem !== null) problems.push(problem);
    }
    onProgress?.(index + 1, entries.length);
  }
  return problems;
}

async function fileProblem(
  entry: Entry,
  file: Declared,
  path: string,
  built: Built,
): Promise<string | null> {
  try {
    const bytes = await readFile(path);
    if (sha256(bytes) !== built.sha256) {
      return `${file.name}: other bytes than were built`;
    }
    const { width, height, frames } = await sizeOf(file, path, bytes);
    const expected = framesIn(entry, file);
    if (width !== entry.width || height !== entry.height) {
      return `${file.name}: ${width} × ${height}, pictured is ${entry.width} × ${entry.height}`;
    }
    if (frames !== expected) {
      return `${file.name}: ${frames} frames, pictured are ${expected}`;
    }
    return bucketProblem(file, bytes.length);
  } catch (error) {
    return `${file.name}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function sizeOf(file: Declared, path: string, bytes: Buffer) {
  if (file.recipe.format !== "bmp") return measure(path);
  return { ...measureBmp(bytes), frames: 1 };
}

/** libvips sees one frame of an APNG; the writer's test counts the others. */
function framesIn(entry: Entry, { recipe }: Declared): number {
  return recipe.by === "apng" ? 1 : (entry.frames ?? 1);
}
