// Finds the photographs that accuracy files are made from, and decides which of them train and which test.

import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { sha256 } from "../corpus/stamps.ts";
import { PHOTOS } from "./photo-list.ts";
import type { PhotoKind } from "./photo-list.ts";

export type Side = "train" | "test";

export interface Photo {
  /** Its path below the corpus folder. */
  readonly file: string;
  readonly path: string;
  /** Of the file. */
  readonly sha256: string;
  readonly kind: PhotoKind;
  readonly side: Side;
}

/** Those listed photographs that the folder has, with their sides. */
export async function photosIn(corpus: string): Promise<Photo[]> {
  const found = await Promise.all(
    Object.entries(PHOTOS).map(async ([file, { kind }]) => {
      const path = join(corpus, file);
      const content = await readFile(path).catch(() => null);
      return content === null
        ? []
        : [{ file, path, kind, sha256: sha256(content) }];
    }),
  );
  return withSides(found.flat());
}

/**
 * Every second one of each kind, in the order of their hashes, tests: a draw
 * that nobody chose, with photographs of every kind on both sides. (By a bit of
 * the hash alone nine of the thirteen largest fell on one side.)
 */
export function withSides<P extends { sha256: string; kind: PhotoKind }>(
  photos: readonly P[],
): (P & { side: Side })[] {
  const byHash = photos.toSorted((a, b) => (a.sha256 < b.sha256 ? -1 : 1));
  return [...Map.groupBy(byHash, ({ kind }) => kind).values()].flatMap((kin) =>
    kin.map((photo, index) => ({
      ...photo,
      side: index % 2 === 0 ? ("test" as const) : ("train" as const),
    })),
  );
}

/** The photograph that a file of the corpus shows, by the file's name; its own name when none is made from it. */
export function photoShownBy(file: string): string {
  const twin = Object.entries(PHOTOS).find(([, { same }]) =>
    same?.includes(file),
  );
  return twin?.[0] ?? file;
}
