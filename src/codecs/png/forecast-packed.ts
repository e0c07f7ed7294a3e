// Tells what packing a PNG's own pixels anew would make, from bands of its rows and what they took in the source.

import { ALL_FILTERS, oxipng } from "../../engines/oxipng.ts";
import type { Forecast, OptimizeJob } from "../codec.ts";
import { assemble, bare, readCoded } from "./assemble.ts";
import { bestFilter, deflateRows, type Filter } from "./deflate.ts";
import { PALETTE, rowBytes } from "./image-header.ts";
import { hasManyColors, indexPictures } from "./palette.ts";
import { isFlat, isLarge } from "./plan.ts";
import { rgbaOf } from "./rgba.ts";
import { readRows } from "./scanlines.ts";
import { readSourceRows, takeBands } from "./source-rows.ts";
import type { Bands, SourceRows } from "./source-rows.ts";
import { reductionsFor, triesAllFilters } from "./still.ts";

/** CPU milliseconds for a megabyte of rows: zlib with one filter; and oxipng with all, after the best was looked for. */
const MS_PER_MEGABYTE = {
  busy: { deflate: 100, oxipng: 1000 },
  flat: { deflate: 20, oxipng: 300 },
};
/** Of the budget, for what oxipng is given: 25,000 pixels tell its ratio to zlib within 3 % (ten photos). */
const OXIPNG_SHARE = 0.5;

/** What a quick look at a file tells: what zlib makes of its rows. */
export interface Look {
  /** As they came. */
  readonly original: SourceRows;
  /** As they are packed: maybe in a palette that holds all of their colors. */
  readonly source: SourceRows;
  readonly isIndexed: boolean;
  /** Bands of the rows: for zlib, and fewer for oxipng. */
  readonly many: Bands;
  readonly small: Bands;
  /** What all rows are given by zlib. */
  readonly filter: Filter;
  /** What zlib makes of all rows, as told by the many. */
  readonly bytes: number;
}

export async function lookAt(
  job: OptimizeJob,
  budgetMs: number,
): Promise<Look> {
  const original = await readSourceRows(job.input);
  const indexed = isLarge(job.facts) ? undefined : indexedOf(original, job);
  const source = indexed ?? original;
  const sample = (ms: number, each: number): Bands =>
    takeBands(source, (ms / each) * 1e6);
  const { deflate, oxipng: slow } =
    MS_PER_MEGABYTE[isFlat(job.facts) ? "flat" : "busy"];
  const small = sample(budgetMs * OXIPNG_SHARE, slow);
  const many = sample(budgetMs * (1 - OXIPNG_SHARE), deflate);
  const filter = bestFilter(small.rows, small.image.header);
  const ratio = deflated(many, filter).length / many.codedBytes;
  return {
    ...{ original, source, many, small, filter },
    isIndexed: indexed !== undefined,
    bytes: source.codedBytes(0, source.image.header.height) * ratio,
  };
}

function deflated({ rows, image }: Bands, filter: Filter): Uint8Array {
  return deflateRows(rows, image.header, filter);
}

/** By oxipng, or by zlib where there are too many pixels for it. */
export async function foretellPacked(
  job: OptimizeJob,
  look: Look,
): Promise<Forecast> {
  const { original, small, filter, bytes, isIndexed } = look;
  const empty = { data: new Uint8Array(0) };
  const features = featuresOf(look);
  if (isLarge(job.facts)) {
    return {
      method: "deflate",
      pixelBytes: bytes,
      besideBytes: assemble({ ...original.image, ...empty }, job).length,
      features: { ...features, deflated: 1 },
    };
  }
  const byZlib = deflated(small, filter);
  const packed = readCoded(
    await oxipng(
      bare({ ...small.image, data: byZlib }),
      {
        ...reductionsFor(job),
        // A few rows may have few colors where the picture has many.
        palette: false,
        ...(isIndexed && { depth: false }),
      },
      triesAllFilters(job.facts) ? ALL_FILTERS : [filter],
    ),
  );
  return {
    method: "oxipng",
    pixelBytes: bytes * (packed.data.length / byZlib.length),
    besideBytes: assemble({ ...packed, ...empty }, job).length,
    features,
  };
}

function featuresOf({
  bytes,
  source: { image, rows },
  many,
  small,
  isIndexed,
}: Look): Record<string, number> {
  const { header } = image;
  const sampled = many.rows.length < rows.length;
  return {
    density: Math.log(bytes / (rowBytes(header) * header.height)),
    sampled: sampled ? 1 : 0,
    indexed: isIndexed ? 1 : 0,
    // Of few rows zlib finds less again than oxipng does.
    little: Math.log(small.rows.length / 1e5),
  };
}

/** The picture in a palette where it holds all colors and oxipng may use one; what rows took is told by what they take so. */
function indexedOf(
  { image, rows }: SourceRows,
  job: OptimizeJob,
): SourceRows | undefined {
  const { header } = image;
  const isFree = reductionsFor(job).palette;
  const isDeep = header.bitDepth > 8;
  if (!isFree || isDeep || header.colorType === PALETTE) return undefined;
  // Gray takes a byte already.
  if (header.colorType === 0) return undefined;
  const { width, height } = header;
  const top = { ...header, height: Math.min(height, 64) };
  const first = rgbaOf(rows, { ...image, header: top });
  const few = { width, height: top.height, pixels: first };
  if (hasManyColors([few])) return undefined;
  const pixels = rgbaOf(rows, image);
  const coded = indexPictures([{ width, height, pixels }])?.[0];
  if (!coded) return undefined;
  const { data, ...indexed } = coded;
  return {
    image: indexed,
    rows: readRows(data, indexed.header),
    codedBytes: (from, to) => (data.length * (to - from)) / height,
  };
}
