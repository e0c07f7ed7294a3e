// TIFF in the children: runs the strategies that strategies.ts declares, page by page.

import type { Candidate, CodecBack, OptimizeJob } from "../codec.ts";
import { walkBytes } from "../containers/walk.ts";
import { decode } from "./decode.ts";
import {
  asFax,
  asJpeg,
  canBeJpeg,
  isBilevel,
  type PageSource,
} from "./engine-page.ts";
import { forecast } from "./forecast.ts";
import { leavesOf, type Leaf } from "./keep.ts";
import { readMetadata, writeMetadata } from "./metadata.ts";
import { walkBook, walkPage } from "./page.ts";
import {
  jpegSettings,
  minScoreOf,
  tiffSettings,
  type JpegSettings,
} from "./plan.ts";
import { openRaster } from "./raster.ts";
import { levelFor, repack, sizeOf, type Level, type Packed } from "./repack.ts";
import type { Form } from "./structure.ts";
import { TAG } from "./tags.ts";
import type { Tree } from "./tree.ts";
import { writeTiff } from "./write.ts";

export const back: CodecBack = {
  decode,
  encoding: (_, { density }) => ({
    engine: "sharp",
    output: "tiff",
    options: {
      ...tiffSettings(),
      // In pixels per millimeter; left alone, libvips says 72 dpi.
      ...(density && { xres: density.x / 25.4, yres: density.y / 25.4 }),
    },
  }),
  readMetadata,
  writeMetadata,
  forecast,
  run: {
    "metadata-strip": (job) => Promise.resolve(metadataStrip(job)),
    "tiff-repack": (job) => rewrite(job, packLossless),
    "tiff-jpeg": inJpeg,
  },
};

/** What all pages of one rewriting share. */
interface Work {
  readonly file: Uint8Array;
  readonly form: Form;
  readonly source: PageSource;
  readonly level: Level;
  /** Whether the file has no other page. */
  readonly alone: boolean;
}

function metadataStrip({ input }: OptimizeJob): Candidate {
  const book = walkBytes(input, walkBook());
  const trees = leavesOf(input, book, true).map(({ tree }) => tree);
  return {
    bytes: writeTiff(book.form, trees),
    method: "metadata-strip",
    byTool: false,
    upright: false,
  };
}

/** The file with each page as `pack` makes it; "as-small-already" when none changed. */
async function rewrite(
  job: OptimizeJob,
  pack: (leaf: Leaf, work: Work) => Promise<Packed>,
): Promise<Candidate | string> {
  const { input, intent, facts, tolerance, inputPath: path } = job;
  const book = walkBytes(input, walkBook());
  const { form } = book;
  const leaves = leavesOf(input, book, intent.stripMetadata);
  const sampleBytes = leaves.reduce(
    (sum, { page, tree }) => sum + (openRaster(page, tree, form)?.bytes ?? 0),
    0,
  );
  const maxPixels = Math.max(facts.width * facts.height, facts.codedPixels);
  const source: PageSource = { path, tolerance, maxPixels };
  const work: Work = {
    file: input,
    form,
    source,
    level: levelFor(sampleBytes),
    alone: leaves.length === 1,
  };
  const packed: Packed[] = [];
  for (const leaf of leaves) packed.push(await pack(leaf, work));
  const methods = new Set(packed.flatMap(({ method }) => method ?? []));
  if (methods.size === 0) return "as-small-already";
  return {
    bytes: writeTiff(
      form,
      packed.map(({ tree }) => tree),
    ),
    method: `tiff-${[...methods].toSorted().join(" + ")}`,
    byTool: false,
    upright: false,
  };
}

async function inJpeg(job: OptimizeJob): Promise<Candidate | string> {
  const { facts, intent } = job;
  const settings = jpegSettings(intent.quality);
  const made = await rewrite(job, (leaf, work) =>
    packLossy(leaf, work, settings),
  );
  // Pages that differ in kind are never decoded together, and so not scored.
  return typeof made === "string" || facts.uniformPages === false
    ? made
    : { ...made, minScore: minScoreOf(intent.quality) };
}

/** The smallest of the page as it is, deflated, and faxed. */
async function packLossless(leaf: Leaf, work: Work): Promise<Packed> {
  const { form, source, level } = work;
  const tree = withLevels(leaf.tree, work);
  let best = repack(leaf.page, tree, form, level);
  if (isBilevel(leaf.page)) {
    const fax = await asFax({ ...leaf, tree }, form, source);
    if (sizeOf(fax) < sizeOf(best.tree)) best = { tree: fax, method: "ccitt" };
  }
  return best;
}

/** The page in JPEG, where JPEG can hold it and that is smaller; else without loss. */
async function packLossy(
  leaf: Leaf,
  work: Work,
  settings: JpegSettings,
): Promise<Packed> {
  const { form, source } = work;
  const tree = withLevels(leaf.tree, work);
  // Where there is but one page, the race compares the two.
  const rival = work.alone ? { tree } : await packLossless(leaf, work);
  if (!canBeJpeg(leaf.page)) return rival;
  const jpeg = await asJpeg({ ...leaf, tree }, form, source, settings);
  return sizeOf(jpeg) < sizeOf(rival.tree)
    ? { tree: jpeg, method: "jpeg" }
    : rival;
}

/**
 * The page with its sub-directories' pictures repacked, out of libvips' reach as
 * they are. A pyramid's levels have a third of the page's pixels together; the
 * header reader does not see them, so what goes beyond the page stays as it is.
 */
function withLevels(tree: Tree, work: Work): Tree {
  const levels = tree.children.get(TAG.subDirectories);
  if (!levels) return tree;
  let pixels = 0;
  const packed = levels.map((level) => {
    if (!level.origin || level.segments.length === 0) return level;
    const page = walkBytes(work.file, walkPage(work.form, level.origin, -1));
    pixels += page.width * page.height;
    if (pixels > work.source.maxPixels) return level;
    return repack(page, level, work.form, work.level).tree;
  });
  const children = new Map(tree.children);
  return { ...tree, children: children.set(TAG.subDirectories, packed) };
}
