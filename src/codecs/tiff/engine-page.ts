// Has an engine code one page, and puts the result in the place of the page's own storage; decides which pages it may be asked for.

import { encodePage, type PageEncoding } from "../../engines/sharp-page.ts";
import { walkBytes } from "../containers/walk.ts";
import type { Leaf } from "./keep.ts";
import { walkBook, type Page } from "./page.ts";
import type { JpegSettings } from "./plan.ts";
import { TYPE, type Form } from "./structure.ts";
import {
  COMPRESSION,
  PHOTOMETRIC,
  SAMPLE_FORMAT,
  STORAGE_TAGS,
  TAG,
} from "./tags.ts";
import {
  inForm,
  numberField,
  readTrees,
  type Field,
  type Tree,
} from "./tree.ts";

/** Schemes that prebuilt sharp's libtiff has no decoder for, or that hold no 8-bit colors. */
const ENGINE_READS: readonly number[] = [
  COMPRESSION.none,
  COMPRESSION.ccittRle,
  COMPRESSION.ccittG3,
  COMPRESSION.ccittG4,
  COMPRESSION.lzw,
  COMPRESSION.jpeg,
  COMPRESSION.deflate,
  COMPRESSION.oldDeflate,
  COMPRESSION.packBits,
  COMPRESSION.webp,
];

/** What the engine needs to know of the file. */
export interface PageSource {
  readonly path: string;
  readonly tolerance: "warning" | "truncated" | "none";
  readonly maxPixels: number;
}

export function engineReads({ compression }: Page): boolean {
  return ENGINE_READS.includes(compression);
}

/** Black and white alone: what fax coding is for. */
export function isBilevel(page: Page): boolean {
  return (
    page.bits === 1 &&
    page.samples === 1 &&
    isGray(page) &&
    page.tile === undefined &&
    engineReads(page)
  );
}

/** 8-bit gray or RGB that was stored without loss: what JPEG-in-TIFF can hold. */
export function canBeJpeg(page: Page): boolean {
  return (
    page.bits === 8 &&
    page.evenBits &&
    page.extras === 0 &&
    page.sampleFormat === SAMPLE_FORMAT.unsigned &&
    page.compression !== COMPRESSION.jpeg &&
    page.compression !== COMPRESSION.webp &&
    (isGray(page) || page.photometric === PHOTOMETRIC.rgb) &&
    engineReads(page)
  );
}

function isGray({ photometric }: Page): boolean {
  return (
    photometric === PHOTOMETRIC.whiteIsZero ||
    photometric === PHOTOMETRIC.blackIsZero
  );
}

/** The page in CCITT group 4, in one strip. Rejects with the engine's error. */
export async function asFax(
  leaf: Leaf,
  form: Form,
  source: PageSource,
): Promise<Tree> {
  return coded(leaf, form, source, {
    compression: "ccittfax4",
    bitdepth: 1,
    miniswhite: true,
    // libvips wants multiples of 16.
    tileHeight: Math.ceil(leaf.page.height / 16) * 16,
  });
}

/** The page in JPEG, in tiles where it was, else in one strip. Rejects with the engine's error. */
export async function asJpeg(
  leaf: Leaf,
  form: Form,
  source: PageSource,
  settings: JpegSettings,
): Promise<Tree> {
  const { page, tree } = leaf;
  const { tile } = page;
  if (tile) {
    // libvips writes JPEG with plain tables: at one number 4 points better, and 20 % larger at equal score, than one strip.
    return coded(leaf, form, source, {
      compression: "jpeg",
      quality: settings.quality,
      tile: true,
      tileWidth: tile.width,
      tileHeight: tile.height,
    });
  }
  const jpeg = await encodePage(source.path, {
    ...requestFor(page, source),
    output: "jpeg",
    options: { ...settings },
  });
  const says = (tag: number, ...values: number[]) =>
    [tag, numberField(form, tag, values)] as const;
  const color = isGray(page)
    ? [
        says(TAG.bitsPerSample, 8),
        says(TAG.photometric, PHOTOMETRIC.blackIsZero),
        says(TAG.samplesPerPixel, 1),
      ]
    : [
        says(TAG.bitsPerSample, 8, 8, 8),
        says(TAG.photometric, PHOTOMETRIC.ycbcr),
        says(TAG.samplesPerPixel, 3),
        says(
          TAG.chromaSubsampling,
          ...(settings.chromaSubsampling === "4:2:0" ? [2, 2] : [1, 1]),
        ),
        [TAG.referenceBlackWhite, fullRange(form)] as const,
      ];
  return restored(
    tree,
    new Map([
      says(TAG.imageWidth, page.width),
      says(TAG.imageLength, page.height),
      says(TAG.compression, COMPRESSION.jpeg),
      says(TAG.rowsPerStrip, page.height),
      says(TAG.planarConfiguration, 1),
      ...color,
    ]),
    { segments: [jpeg], tiled: false },
  );
}

/** Black and white of Y, Cb and Cr as JFIF has them: without the tag some readers take them for video's. */
function fullRange({ littleEndian }: Form): Field {
  const values = [0, 255, 128, 255, 128, 255];
  const data = new Uint8Array(8 * values.length);
  const view = new DataView(data.buffer);
  for (const [index, value] of values.entries()) {
    view.setUint32(8 * index, value, littleEndian);
    view.setUint32(8 * index + 4, 1, littleEndian);
  }
  const { rational } = TYPE;
  const count = values.length;
  return { tag: TAG.referenceBlackWhite, type: rational, count, data };
}

function requestFor(
  page: Page,
  { tolerance, maxPixels }: PageSource,
): Omit<PageEncoding, "output" | "options"> {
  const space = isGray(page) ? "b-w" : "srgb";
  return { page: page.index, space, tolerance, maxPixels };
}

/** The engine's coding of a page, with the page's own tags around it. */
async function coded(
  { page, tree }: Leaf,
  form: Form,
  source: PageSource,
  options: Readonly<Record<string, unknown>>,
): Promise<Tree> {
  const file = await encodePage(source.path, {
    ...requestFor(page, source),
    output: "tiff",
    options,
  });
  const book = walkBytes(file, walkBook());
  const [made] = readTrees(file, book.form, [book.pages[0]!.directory]);
  const { fields, ...stored } = inForm(made!, book.form, form);
  return restored(tree, fields, stored);
}

/** The page with another storage: its segments, and of its tags those that tell of them. */
function restored(
  tree: Tree,
  fields: Tree["fields"],
  { segments, tiled }: Pick<Tree, "segments" | "tiled">,
): Tree {
  const isStorage = (tag: number) => STORAGE_TAGS.has(tag);
  return {
    ...tree,
    fields: new Map([
      ...[...tree.fields].filter(([tag]) => !isStorage(tag)),
      ...[...fields].filter(([tag]) => isStorage(tag)),
    ]),
    segments,
    tiled,
  };
}
