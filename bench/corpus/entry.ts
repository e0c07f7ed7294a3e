// The shape of a manifest's entry, and what follows from one: its picture and its files; decides no content.

import { createHash } from "node:crypto";

import type { Bucket } from "./bucket.ts";
import { ENGINE } from "./encode.ts";
import { GENERATORS, type GeneratorName } from "./generators/table.ts";
import type { Picture } from "./picture.ts";
import { RECIPES, type Recipe, type RecipeName } from "./recipes.ts";

export interface Entry {
  readonly name: string;
  readonly generator: GeneratorName;
  readonly seed: number;
  /** Of one frame, in pixels. */
  readonly width: number;
  readonly height: number;
  /** 1 where not said. */
  readonly frames?: number;
  /** See `fingerprint` in picture.ts. */
  readonly pixelSha256: string;
  readonly tags: readonly string[];
  /** The files made of the picture, each with the bucket that it must lie in. */
  readonly files: Readonly<Partial<Record<RecipeName, Bucket>>>;
}

/** A file that the manifest declares. */
export interface Declared {
  /** Of the file, `photo_perlin.jpeg`. */
  readonly name: string;
  readonly bucket: Bucket;
  readonly recipe: Recipe;
  readonly tags: readonly string[];
  /** A hash of all that its bytes follow from. */
  readonly stamp: string;
}

/** Raised by hand when a writer of ours writes other bytes, so that cached files are built again. */
const WRITERS_VERSION = 1;

export function drawEntry(entry: Entry): Picture {
  return GENERATORS[entry.generator]({ frames: 1, ...entry });
}

export function filesOf(entry: Entry): Declared[] {
  const { name, width, height, frames, pixelSha256, tags } = entry;
  return Object.entries(entry.files).map(([ending, bucket]) => {
    const recipe: Recipe = RECIPES[ending as RecipeName];
    const pixels = { pixelSha256, width, height, frames };
    const origin = [pixels, recipe, ENGINE, WRITERS_VERSION];
    const hash = createHash("sha256").update(JSON.stringify(origin));
    return {
      name: `${name}.${ending}`,
      bucket,
      recipe,
      tags: [...new Set([...tags, ...(recipe.tags ?? [])])],
      stamp: hash.digest("hex"),
    };
  });
}
