// Tells what packing a PNG's own pixels anew would make, from bands of its rows and what they took in the source.

import { ALL_FILTERS, oxipng } from "../../engines/oxipng.ts";
import type { Forecast, OptimizeJob } from "../codec.ts";
import { assemble, bare, readCoded } from "./assemble.ts";
import { bestFilter, deflateRows, type Filter } from "./deflate.ts";
import { PALETTE, rowBytes, type ImageHeader } from "./image-header.ts";
import { hasManyColors, indexPictures } from "./palette.ts";
import { isLarge } from "./plan.ts";
import { rgbaOf } from "./rgba.ts";
import { readRows } from "./scanlines.ts";
import { readSourceRows, takeBands } from "./source-rows.ts";
import type { Bands, SourceRows } from "./source-rows.ts";
import { reductionsFor, triesAllFilters } from "./still.ts";

/** CPU milliseconds for a megabyte of rows: zlib with one filter; and oxipng with all, after the best was looked for. */
const MS_PER_MEGABYTE = { deflate: 100, oxipng: 1000 };
/** Of the budget, for what oxipng is given: 25,000 pixels tell its ratio to zlib within 3 % (ten photos). */
const OXIPNG_SHARE = 0.5;

export interface Packed extends Forecast {
  /** What zlib makes of the source's own rows, how they are said, and the filter that it is given for all of them. */
  readonly zlib: {
    readonly bytes: number;
    readonly header: ImageHeader;
    readonly filter: Filter;
  };
}

/** By oxipng, or by zlib where there are too many pixels for it. */
export async function foretellPacked(
  job: OptimizeJob,
  budgetMs: number,
): Promise<Packed> {
  const large = isLarge(job.facts);
  const original = await readSourceRows(job.input);
  const indexed = large ? undefined : indexedOf(original, job);
  const source = indexed ?? original;
  const sample = (ms: number, each: number): Bands =>
    takeBands(source, (ms / each) * 1e6);
  const { deflate, oxipng: slow } = MS_PER_MEGABYTE;
  const small = sample(budgetMs * OXIPNG_SHARE, slow);
  const many = sample(budgetMs * (1 - OXIPNG_SHARE), deflate);
  const filter = bestFilter(small.rows, small.image.header);
  const deflated = ({ rows, image }: Bands): Uint8Array =>
    deflateRows(rows, image.header, filter);
  const { height } = source.image.header;
  const ratio = deflated(many).length / many.codedBytes;
  const byZlib = source.codedBytes(0, height) * ratio;
  const empty = { data: new Uint8Array(0) };
  const zlib = { bytes: byZlib, header: source.image.header, filter };
  const features = featuresOf(
    byZlib,
    source,
    [many, small],
    indexed !== undefined,
  );
  if (large) {
    return {
      method: "deflate",
      pixelBytes: byZlib,
      besideBytes: assemble({ ...original.image, ...empty }, job).length,
      features: { ...features, deflated: 1 },
      zlib,
    };
  }
  const packed = readCoded(
    await oxipng(
      bare({ ...small.image, data: deflated(small) }),
      {
        ...reductionsFor(job),
        // A few rows may have few colors where the picture has many.
        palette: false,
        ...(indexed && { depth: false }),
      },
      triesAllFilters(job.facts) ? ALL_FILTERS : [filter],
    ),
  );
  return {
    method: "oxipng",
    pixelBytes: byZlib * (packed.data.length / deflated(small).length),
    besideBytes: assemble({ ...packed, ...empty }, job).length,
    features,
    zlib,
  };
}

function featuresOf(
  bytes: number,
  { image: { header }, rows }: SourceRows,
  [many, small]: readonly [Bands, Bands],
  indexed: boolean,
): Record<string, number> {
  const sampled = many.rows.length < rows.length;
  return {
    density: Math.log(bytes / (rowBytes(header) * header.height)),
    sampled: sampled ? 1 : 0,
    indexed: indexed ? 1 : 0,
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
