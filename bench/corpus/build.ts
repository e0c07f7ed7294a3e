// Builds a manifest's files into a folder, those alone that are missing or stale; decides what fails a build.

import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";

import { bucketOf } from "./bucket.ts";
import { encode } from "./encode.ts";
import { drawEntry, filesOf, type Declared, type Entry } from "./entry.ts";
import { fingerprint, type Picture } from "./picture.ts";
import {
  builtOf,
  isCurrent,
  readStamps,
  replaceFile,
  writeStamps,
  type Stamps,
} from "./stamps.ts";

export interface BuildOutcome {
  readonly built: number;
  readonly kept: number;
  /** Files in the folder that belong to the manifest, in bytes. */
  readonly bytes: number;
  /** One line each; none when the build is good. */
  readonly problems: readonly string[];
}

/** Told after each picture: how many are done of those that there is work for. */
export type Progress = (done: number, total: number) => void;

/**
 * Builds what is missing. A picture whose pixels are not the pinned ones makes
 * no file; a file outside its bucket is not kept. Both are problems, and the
 * build goes on, so that one run names all of them.
 */
export async function build(
  entries: readonly Entry[],
  folder: string,
  onProgress?: Progress,
): Promise<BuildOutcome> {
  await mkdir(folder, { recursive: true });
  const stamps = await readStamps(folder);
  const problems: string[] = [];
  const work: { entry: Entry; stale: Declared[] }[] = [];
  for (const entry of entries) {
    const stale = await staleOf(filesOf(entry), folder, stamps);
    if (stale.length > 0) work.push({ entry, stale });
  }
  let built = 0;
  for (const [index, { entry, stale }] of work.entries()) {
    const found = await buildEntry(entry, stale, folder, stamps);
    problems.push(...found);
    built += stale.length - found.length;
    await writeStamps(folder, stamps);
    onProgress?.(index + 1, work.length);
  }
  const names = entries.flatMap(filesOf).map(({ name }) => name);
  const kept = names.length - work.flatMap(({ stale }) => stale).length;
  const sizes = names.map((name) => stamps.get(name)?.bytes ?? 0);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return { built, kept, bytes, problems };
}

async function staleOf(
  files: readonly Declared[],
  folder: string,
  stamps: Stamps,
): Promise<Declared[]> {
  const current = await Promise.all(
    files.map((file) => isCurrent(folder, stamps, file)),
  );
  return files.filter((_, index) => !current[index]);
}

/** Gives one problem for each file that was not made. */
async function buildEntry(
  entry: Entry,
  files: readonly Declared[],
  folder: string,
  stamps: Stamps,
): Promise<string[]> {
  const picture = drawEntry(entry);
  const found = fingerprint(picture);
  if (found !== entry.pixelSha256) {
    return files.map(({ name }) => `${name}: ${pinProblem(entry, found)}`);
  }
  const problems: string[] = [];
  for (const file of files) {
    const problem = await buildFile(picture, file, folder, stamps);
    if (problem !== null) problems.push(problem);
  }
  return problems;
}

async function buildFile(
  picture: Picture,
  file: Declared,
  folder: string,
  stamps: Stamps,
): Promise<string | null> {
  const path = join(folder, file.name);
  const bytes = await encode(picture, file.recipe);
  const problem = bucketProblem(file, bytes.length);
  if (problem === null) {
    await replaceFile(path, bytes);
    stamps.set(file.name, builtOf(file, bytes));
  } else {
    await rm(path, { force: true });
    stamps.delete(file.name);
  }
  return problem;
}

/** Says that pixels are not the pinned ones. */
export function pinProblem(entry: Entry, found: string): string {
  return `pixels are ${found}, pinned is ${entry.pixelSha256 || "nothing"}`;
}

/** Says that a file lies outside its declared bucket; null when it does not. */
export function bucketProblem(file: Declared, bytes: number): string | null {
  const bucket = bucketOf(bytes);
  if (bucket === file.bucket) return null;
  return `${file.name}: ${bytes} bytes are ${bucket}, declared is ${file.bucket}`;
}
