// Where the third-party images for tests lie, and what is known of them; tests skip by name when a clone has none.

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A row of the corpus' manifest; the fields that tests read. */
export interface CorpusFile {
  readonly file: string;
  readonly hostile: boolean;
  readonly expect: string;
  readonly width?: number;
  readonly height?: number;
  readonly frames?: number;
  readonly exif_orientation?: number;
  readonly icc?: string;
  readonly has_gps?: boolean;
  readonly bit_depth?: number;
  readonly bit_depth_luma?: number;
  readonly subsampling?: string;
  readonly primaries?: number;
  readonly transfer?: number;
  readonly jpeg_sof?: number;
  readonly irot?: number;
}

const CORPUS = new URL("../../../../shared/corpus/", import.meta.url);
const GENERATOR = new URL(
  "../../../../shared/hostile/gen_images.py",
  import.meta.url,
);

/** False where the corpus is, else the reason to skip. */
export const withoutCorpus = existsSync(CORPUS)
  ? false
  : "the third-party corpus (../shared/corpus) is not here";

/** The friendly files of one format's folder. */
export function corpusFiles(folder: string): readonly CorpusFile[] {
  if (withoutCorpus) return [];
  const manifest = readFileSync(new URL("manifest.json", CORPUS), "utf8");
  const { files } = JSON.parse(manifest) as { files: readonly CorpusFile[] };
  return files.filter(
    ({ file, hostile }) => file.startsWith(`${folder}/`) && !hostile,
  );
}

export function readCorpus(file: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(file, CORPUS)));
}

/** Paths of hostile files: the corpus' own, and those that its generator (4 s) makes in `folder`. */
export function hostilePaths(folder: string): readonly string[] {
  if (existsSync(GENERATOR)) {
    const args = [fileURLToPath(GENERATOR), "--out", folder];
    execFileSync("python3", args, { stdio: "ignore" });
  }
  return [fileURLToPath(new URL("hostile/", CORPUS)), folder].flatMap((each) =>
    readdirSync(each).map((name) => join(each, name)),
  );
}
