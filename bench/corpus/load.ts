// Lists the files of a corpus for those who measure on them: our own, or any folder; decides no format but by magic.

import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import { Type } from "typebox";
import { Compile } from "typebox/compile";

import { withFileReader } from "../../src/codecs/containers/reader.ts";
import { sniff } from "../../src/codecs/sniff.ts";
import { ServiceError } from "../../src/errors.ts";
import { bucketOf, type Bucket } from "./bucket.ts";
import { build, type Progress } from "./build.ts";
import { filesOf } from "./entry.ts";
import { CORE } from "./manifest.ts";

/** Where built files are kept; git ignores it. */
export const CACHE = join(import.meta.dirname, "cache");

export interface CorpusFile {
  /** Unique in its corpus, `photo_perlin.jpeg`. */
  readonly name: string;
  readonly path: string;
  /** An APNG is "png" with the tag "animated". */
  readonly format: string;
  readonly bucket: Bucket;
  readonly tags: readonly string[];
  readonly bytes: number;
}

/** The core corpus, built where it is missing. Throws an `Error` that names every problem when the build fails. */
export async function loadCore(onProgress?: Progress): Promise<CorpusFile[]> {
  const { problems } = await build(CORE, CACHE, onProgress);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  const files = CORE.flatMap(filesOf);
  return Promise.all(
    files.map(({ name, recipe, tags }) =>
      describe(name, join(CACHE, name), recipe.format, tags),
    ),
  );
}

/**
 * The files of a folder: what its `manifest.json` lists as decodable and not
 * hostile, or, without one, every file (in folders below, too) whose magic the
 * service knows. Throws when a listed file is missing or the list is not one.
 */
export async function loadFolder(folder: string): Promise<CorpusFile[]> {
  const listed = await readFile(join(folder, "manifest.json"), "utf8").catch(
    () => null,
  );
  return listed === null ? loadByMagic(folder) : loadByList(folder, listed);
}

const List = Compile(
  Type.Object({
    files: Type.Array(
      Type.Object({
        file: Type.String(),
        format: Type.String(),
        kind: Type.String(),
        hostile: Type.Boolean(),
        expect: Type.String(),
      }),
    ),
  }),
);

function loadByList(folder: string, listed: string): Promise<CorpusFile[]> {
  const list: unknown = JSON.parse(listed);
  if (!List.Check(list)) {
    throw new Error(`${join(folder, "manifest.json")} is no list of images.`);
  }
  const wanted = list.files.filter(
    ({ hostile, expect }) => !hostile && expect.startsWith("decode"),
  );
  return Promise.all(
    wanted.map(({ file, format, kind }) =>
      describe(file, join(folder, file), format, [kind]),
    ),
  );
}

async function loadByMagic(folder: string): Promise<CorpusFile[]> {
  const names = await readdir(folder, { recursive: true });
  const found: CorpusFile[] = [];
  for (const name of names.toSorted()) {
    const path = join(folder, name);
    if (!(await stat(path)).isFile()) continue;
    const format = await formatOf(path);
    if (format !== null) found.push(await describe(name, path, format, []));
  }
  return found;
}

async function formatOf(path: string): Promise<string | null> {
  try {
    const { id } = await withFileReader(path, sniff);
    return id;
  } catch (error) {
    if (error instanceof ServiceError) return null;
    throw error;
  }
}

async function describe(
  name: string,
  path: string,
  format: string,
  tags: readonly string[],
): Promise<CorpusFile> {
  const { size } = await stat(path);
  return { name, path, format, bucket: bucketOf(size), tags, bytes: size };
}
