// Puts around newly coded PNG data what must survive of the source: color, density, background, orientation, and metadata when they are kept.

import type { OptimizeJob } from "../codec.ts";
import { orientationExif } from "../containers/exif.ts";
import { translateBackground } from "./background.ts";
import { chunksIn, PNG_SIGNATURE, type Chunk } from "./chunks.ts";
import {
  imageHeaderData,
  invalid,
  PALETTE,
  readImageHeader,
  type ImageHeader,
} from "./image-header.ts";
import { chunkBytes } from "./metadata.ts";
import { isCoded, isColor, survives } from "./survivors.ts";

/** A PNG's image as coded: IHDR, PLTE's and tRNS' data, and the data of its IDATs in one. */
export interface Coded {
  readonly header: ImageHeader;
  readonly palette?: Uint8Array;
  readonly transparency?: Uint8Array;
  readonly data: Uint8Array;
}

/** Throws `invalid_image` when the header is missing, impossible, or no image data are there. */
export function readCoded(file: Uint8Array): Coded {
  const chunks = chunksIn(file);
  const all = (type: string) =>
    chunks
      .filter((chunk) => chunk.type === type)
      .map((chunk) => dataOf(file, chunk));
  const [ihdr] = all("IHDR");
  if (!ihdr) throw invalid("The PNG does not begin with its header.");
  const [palette] = all("PLTE");
  const [transparency] = all("tRNS");
  return {
    header: readImageHeader(ihdr),
    ...(palette && { palette }),
    ...(transparency && { transparency }),
    data: Buffer.concat(all("IDAT")),
  };
}

export function dataOf(file: Uint8Array, chunk: Chunk): Uint8Array {
  return file.subarray(chunk.offset, chunk.offset + chunk.length);
}

/** A PNG of nothing but the image. */
export function bare({ data, ...image }: Coded): Uint8Array {
  return Buffer.concat([
    PNG_SIGNATURE,
    ...imageChunks(image),
    chunkBytes("IDAT", data),
    chunkBytes("IEND", new Uint8Array(0)),
  ]);
}

function imageChunks(image: Omit<Coded, "data">): Uint8Array[] {
  const { header, palette, transparency } = image;
  return [
    chunkBytes("IHDR", imageHeaderData(header)),
    ...(palette ? [chunkBytes("PLTE", palette)] : []),
    ...(transparency ? [chunkBytes("tRNS", transparency)] : []),
  ];
}

/** The image, coded anew, among the chunks of the job's input that survive. */
export function assemble(coded: Coded, job: OptimizeJob): Uint8Array {
  return assembleAround(coded, [chunkBytes("IDAT", coded.data)], job);
}

/** The same with `body` for its IDAT: all chunks of an animation. */
export function assembleAround(
  image: Omit<Coded, "data">,
  body: readonly Uint8Array[],
  job: OptimizeJob,
): Uint8Array {
  const { input } = job;
  const source = readCoded(input);
  const chunks = chunksIn(input);
  const firstData = chunks.findIndex(({ type }) => type === "IDAT");
  const kept = (wanted: (chunk: Chunk, index: number) => boolean) =>
    chunks
      .filter((chunk, index) => wanted(chunk, index) && !isCoded(chunk))
      .filter((chunk) => survives(chunk, job, true))
      .map((chunk) => restated(chunk, dataOf(input, chunk), source, image))
      .filter((chunk) => chunk !== undefined);
  const [ihdr, ...palettes] = imageChunks(image);
  return Buffer.concat([
    PNG_SIGNATURE,
    ihdr ?? new Uint8Array(0),
    ...kept(isColor),
    ...palettes,
    ...kept((chunk, index) => !isColor(chunk) && index < firstData),
    ...essentials(job),
    ...body,
    ...kept((chunk, index) => !isColor(chunk) && index > firstData),
    chunkBytes("IEND", new Uint8Array(0)),
  ]);
}

/** What stripping takes with the EXIF block and must be said again: the orientation, and the density where only EXIF had it. */
export function essentials({
  facts,
  intent,
  input,
}: OptimizeJob): Uint8Array[] {
  if (!intent.stripMetadata) return [];
  const { density, orientation } = facts;
  const hasDensity = chunksIn(input).some(({ type }) => type === "pHYs");
  return [
    ...(density && !hasDensity ? [chunkBytes("pHYs", physData(density))] : []),
    ...(orientation === 1
      ? []
      : [chunkBytes("eXIf", orientationExif(orientation))]),
  ];
}

function physData({
  x,
  y,
}: {
  readonly x: number;
  readonly y: number;
}): Uint8Array {
  const data = Buffer.alloc(9);
  data.writeUInt32BE(Math.round(x / 0.0254), 0);
  data.writeUInt32BE(Math.round(y / 0.0254), 4);
  data[8] = 1;
  return data;
}

/** A surviving chunk as the new color type has it; sBIT, which tells of the source's samples, goes with them. */
function restated(
  { type }: Chunk,
  data: Uint8Array,
  from: Coded,
  to: Omit<Coded, "data">,
): Uint8Array | undefined {
  const isSame =
    from.header.colorType === to.header.colorType &&
    from.header.bitDepth === to.header.bitDepth;
  if (type === "bKGD" && !(isSame && to.header.colorType !== PALETTE))
    return chunkBytes(type, translateBackground(data, from, to));
  return type === "sBIT" && !isSame ? undefined : chunkBytes(type, data);
}
