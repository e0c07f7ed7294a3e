// Takes the metadata out of a TIFF's first page and puts metadata in; decides neither what is kept nor what it should say.

import { withoutExifPrefix } from "../containers/exif.ts";
import { walkBytes } from "../containers/walk.ts";
import { ServiceError } from "../../errors.ts";
import type { Embedded, Metadata } from "../metadata.ts";
import { iptcOf, resourcesOf } from "./iptc.ts";
import { leavesOf } from "./keep.ts";
import { walkBook } from "./page.ts";
import { TYPE, walkDirectory, walkForm, type Form } from "./structure.ts";
import { EXIF_TEXT_TAGS, SEGMENT_TAGS, TAG } from "./tags.ts";
import { inForm, readTrees, type Field, type Tree } from "./tree.ts";
import { writeTiff } from "./write.ts";

/** What a TIFF's page and an EXIF block's first directory have in common besides text. */
const EXIF_NUMBERS: readonly number[] = [
  TAG.orientation,
  TAG.xResolution,
  TAG.yResolution,
  TAG.resolutionUnit,
];
const EXIF_DIRECTORIES: readonly number[] = [
  TAG.exifDirectory,
  TAG.gpsDirectory,
];

/** Reads the metadata of the first page; EXIF as a block of its own, in the file's byte order. Throws `invalid_image`. */
export function readMetadata(file: Uint8Array): Metadata {
  const { form, tree } = firstPage(file);
  const data = (tag: number) => tree.fields.get(tag)?.data;
  const exif = exifOf(tree, form);
  const xmp = data(TAG.xmp);
  const bareIptc = data(TAG.iptc);
  const iptc = data(TAG.photoshop) ?? (bareIptc && resourcesOf(bareIptc));
  const icc = data(TAG.icc);
  return {
    ...(exif && { exif }),
    ...(xmp && { xmp }),
    ...(iptc && { iptc }),
    ...(icc && { icc }),
  };
}

function firstPage(file: Uint8Array): { form: Form; tree: Tree } {
  const book = walkBytes(file, walkBook());
  const leaves = leavesOf(file, book, false);
  const first = leaves.find(({ page }) => page === book.pages[0]);
  if (!first) throw new ServiceError("invalid_image", "The TIFF has no page.");
  return { form: book.form, tree: first.tree };
}

/** The page's EXIF, without what is only storage; undefined when there is neither text nor a directory of it. */
function exifOf(page: Tree, form: Form): Uint8Array | undefined {
  const kept = exifPart(page);
  const says = [...kept.fields.keys()].some((tag) => EXIF_TEXT_TAGS.has(tag));
  if (!says && kept.children.size === 0) return undefined;
  const classic: Form = { ...form, big: false };
  return writeTiff(classic, [inForm(kept, form, classic)]);
}

/** A tree of the fields and directories that are EXIF's, and nothing else. */
function exifPart({ fields, children }: Tree): Tree {
  return {
    fields: new Map(
      [...fields].filter(
        ([tag]) => EXIF_TEXT_TAGS.has(tag) || EXIF_NUMBERS.includes(tag),
      ),
    ),
    children: new Map(
      [...children].filter(([tag]) => EXIF_DIRECTORIES.includes(tag)),
    ),
    segments: [],
    tiled: false,
  };
}

/**
 * The file with `metadata` put into its first page. A kind that is given
 * replaces the file's own; one that is not stays as it is. Extended XMP and
 * comments have no home. Throws `invalid_image`.
 */
export function writeMetadata(file: Uint8Array, metadata: Metadata): Embedded {
  const { form, pages, ...rest } = walkBytes(file, walkBook());
  const leaves = leavesOf(file, { form, pages, ...rest }, false);
  const dropped: (keyof Metadata)[] = [];
  const trees = leaves.map(({ page, tree }) =>
    page === pages[0] ? embedded(tree, form, metadata, dropped) : tree,
  );
  return { bytes: writeTiff(form, trees), dropped };
}

function embedded(
  tree: Tree,
  form: Form,
  { exif, xmp, iptc, icc, extendedXmp, comments }: Metadata,
  dropped: (keyof Metadata)[],
): Tree {
  const fields = new Map(tree.fields);
  let children = tree.children;
  const put = (tag: number, type: number, data: Uint8Array | undefined) => {
    if (data) fields.set(tag, bytesField(tag, type, data));
  };
  put(TAG.xmp, TYPE.byte, xmp);
  put(TAG.photoshop, TYPE.byte, iptc);
  put(TAG.iptc, TYPE.undefined, iptc && iptcOf(iptc));
  put(TAG.icc, TYPE.undefined, icc);
  if (exif) {
    const block = readBlock(withoutExifPrefix(exif), form);
    if (block) {
      for (const [tag, field] of block.fields) fields.set(tag, field);
      children = new Map([...children, ...block.children]);
    } else dropped.push("exif");
  }
  if (extendedXmp) dropped.push("extendedXmp");
  if (comments) dropped.push("comments");
  return { ...tree, fields, children };
}

function bytesField(tag: number, type: number, data: Uint8Array): Field {
  return { tag, type, count: data.length, data };
}

/** An EXIF block as a tree in the file's form; undefined when it is not readable TIFF. */
function readBlock(block: Uint8Array, form: Form): Tree | undefined {
  try {
    const opened = walkBytes(block, walkForm());
    const directory = walkBytes(
      block,
      walkDirectory(opened.form, opened.first),
    );
    const entries = new Map(
      [...directory.entries].filter(([tag]) => !SEGMENT_TAGS.has(tag)),
    );
    const bare = { ...directory, entries };
    const [tree] = readTrees(block, opened.form, [bare]);
    return tree && inForm(exifPart(tree), opened.form, form);
  } catch (error) {
    if (error instanceof ServiceError) return undefined;
    throw error;
  }
}
