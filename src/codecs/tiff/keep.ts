// Decides which directories and tags of a TIFF survive: all of them, or those that its pictures need.

import { readProfile } from "../containers/icc.ts";
import { walkBytes } from "../containers/walk.ts";
import { isThumbnail, walkPage, type Book, type Page } from "./page.ts";
import type { Form } from "./structure.ts";
import { readTrees, type Tree } from "./tree.ts";
import { NEEDED_TAGS, TAG } from "./tags.ts";

/** A directory of the chain with all that hangs on it. */
export interface Leaf {
  readonly page: Page;
  readonly tree: Tree;
}

/**
 * The chain's directories in memory. With `strip`, thumbnails are left out
 * (untiled reduced copies; a pyramid's levels are tiled, and stay) and so is
 * every tag that is not known to be needed. Throws `invalid_image`.
 */
export function leavesOf(
  file: Uint8Array,
  { form, all, pages }: Book,
  strip: boolean,
): Leaf[] {
  const trees = readTrees(
    file,
    form,
    all.map(({ directory }) => directory),
  );
  return all.flatMap((page, index) => {
    const tree = trees[index];
    if (!tree) return [];
    if (!strip) return [{ page, tree }];
    if (isThumbnail(page) && !pages.includes(page)) return [];
    return [{ page, tree: strippedTree(file, form, tree) }];
  });
}

function strippedTree(file: Uint8Array, form: Form, tree: Tree): Tree {
  const fields = new Map(
    [...tree.fields].filter(
      ([tag, { data }]) =>
        NEEDED_TAGS.has(tag) &&
        // A profile that is sRGB in effect, or unusable, changes nothing.
        (tag !== TAG.icc || readProfile(data).kind === "other"),
    ),
  );
  const levels = (tree.children.get(TAG.subDirectories) ?? [])
    .filter((child) => staysBeside(file, form, child))
    .map((child) => strippedTree(file, form, child));
  const children = new Map(
    levels.length > 0 ? [[TAG.subDirectories, levels] as const] : [],
  );
  return { ...tree, fields, children };
}

/** A sub-directory that is a level of a pyramid, a mask, or a picture of its own; not a thumbnail. */
function staysBeside(file: Uint8Array, form: Form, { origin }: Tree): boolean {
  if (!origin?.entries.has(TAG.imageWidth)) return false;
  return !isThumbnail(walkBytes(file, walkPage(form, origin, -1)));
}
