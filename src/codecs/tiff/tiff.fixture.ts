// Small TIFFs of every kind for tests: from sharp where it writes them, from our own writer where it does not.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";

import sharp, { type Exif, type Sharp } from "sharp";

import type { OptimizeIntent } from "../../image/intent.ts";
import type { OptimizeJob, WorkBench } from "../codec.ts";
import { readerOfBytes } from "../containers/reader.ts";
import { walkBytes } from "../containers/walk.ts";
import { header } from "./header.ts";
import { leavesOf } from "./keep.ts";
import { walkBook } from "./page.ts";
import { openRaster } from "./raster.ts";
import type { Form } from "./structure.ts";
import { TAG } from "./tags.ts";
import { numberField, type Field, type Tree } from "./tree.ts";
import { writeTiff } from "./write.ts";

const folder = await mkdtemp(join(tmpdir(), "tiff-test-"));
after(() => rm(folder, { recursive: true }));
let made = 0;

export const bench: WorkBench = {
  scratch: (name) => join(folder, `${made++}-${name}`),
  engines: new Set(["sharp"]),
  encoders: {},
  toolTimeoutMs: 10_000,
  warn: () => undefined,
};

export const CLASSIC: Form = { littleEndian: true, big: false };
export const FORMS: readonly Form[] = [
  CLASSIC,
  { littleEndian: false, big: false },
  { littleEndian: true, big: true },
  { littleEndian: false, big: true },
];

/** Samples that neighbors foretell, with a little grain: what photos are like. */
export function ramp(bytes: number, step = 1): Uint8Array {
  return Uint8Array.from(
    { length: bytes },
    (_, at) =>
      Math.floor(at / step) + (Math.imul(at ^ (at >>> 7), 0x9e3779b1) >>> 29),
  );
}

/** A tree of these tags (numbers, or whole fields) around these segments. */
export function treeOf(
  form: Form,
  tags: readonly (readonly [tag: number, ...values: number[]] | Field)[],
  segments: readonly Uint8Array[],
): Tree {
  const fields = new Map<number, Field>();
  for (const one of tags) {
    const field = "data" in one ? one : numberField(form, one[0], one.slice(1));
    fields.set(field.tag, field);
  }
  const tiled = fields.has(TAG.tileWidth);
  return { fields, children: new Map(), segments, tiled };
}

export const textField = (tag: number, text: string): Field => {
  const data = Buffer.from(`${text}\0`, "latin1");
  return { tag, type: 2, count: data.length, data };
};

/** An 8-bit gray page of 16 × 16, uncompressed. */
export function grayPage(
  form: Form,
  tags: Parameters<typeof treeOf>[1] = [],
): Tree {
  return treeOf(
    form,
    [
      [TAG.imageWidth, 16],
      [TAG.imageLength, 16],
      [TAG.bitsPerSample, 8],
      [TAG.compression, 1],
      [TAG.photometric, 1],
      [TAG.rowsPerStrip, 16],
      ...tags,
    ],
    [ramp(256)],
  );
}

/** The directories of TIFFs one after the other in one file; each must be of `form`. */
export function bound(form: Form, files: readonly Uint8Array[]): Uint8Array {
  const trees = files.flatMap((file) => {
    const book = walkBytes(file, walkBook());
    return leavesOf(file, book, false).map(({ tree }) => tree);
  });
  return writeTiff(form, trees);
}

/** A picture of 160 × 120 in `channels` channels that no compression makes nothing of. */
export function picture(channels: 1 | 3 | 4): Sharp {
  const [width, height] = [160, 120];
  const data = ramp(width * height * channels, 7);
  return sharp(data, { raw: { width, height, channels } });
}

/** An EXIF block that says this. libvips writes none into TIFF, so it comes by way of a JPEG. */
export async function exifOf(says: Exif): Promise<Uint8Array> {
  const jpeg = await picture(3).withExif(says).jpeg().toBuffer();
  return (await sharp(jpeg).metadata()).exif!;
}

export async function jobOf(
  input: Uint8Array,
  asked: Partial<OptimizeIntent> & { readonly look?: number } = {},
): Promise<OptimizeJob> {
  const { look = 80, ...rest } = asked;
  const inputPath = bench.scratch("source.tiff");
  await writeFile(inputPath, input);
  return {
    input,
    inputPath,
    facts: await header(readerOfBytes(input)),
    intent: {
      verb: "optimize",
      quality: { scale: "look", value: look },
      stripMetadata: true,
      progressive: false,
      paletteLoss: "allowed",
      maxReductionPercent: null,
      ...rest,
    },
    tolerance: "warning",
  };
}

/** Every page's pixels as libvips shows them, with their size and depth. */
export async function shown(file: Uint8Array): Promise<unknown[]> {
  const { pages } = walkBytes(file, walkBook());
  return Promise.all(
    pages.map(async ({ index, bits }) => {
      const chain = sharp(file, { page: index, ignoreIcc: true }).toColourspace(
        bits > 8 ? "rgb16" : "srgb",
      );
      const { data, info } = await chain
        .raw({ depth: bits > 8 ? "ushort" : "uchar" })
        .toBuffer({ resolveWithObject: true });
      return { width: info.width, channels: info.channels, data };
    }),
  );
}

/** Every page's samples as our own reader finds them. */
export function samplesOf(file: Uint8Array): Uint8Array[] {
  const book = walkBytes(file, walkBook());
  return leavesOf(file, book, false).map(({ page, tree }) => {
    const raster = openRaster(page, tree, book.form);
    if (!raster) throw new Error("not a raster of ours");
    const pieces = Array.from({ length: raster.pieces }, (_, index) =>
      raster.piece(index),
    );
    return new Uint8Array(Buffer.concat(pieces.map((piece) => piece!)));
  });
}
