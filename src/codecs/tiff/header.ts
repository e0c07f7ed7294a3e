// Decides what a TIFF is from its directories; never looks at coded samples.

import { ServiceError } from "../../errors.ts";
import type {
  ColorProfile,
  Density,
  Facts,
  MetadataKind,
  Orientation,
} from "../../image/facts.ts";
import { readProfile } from "../containers/icc.ts";
import type { ByteReader } from "../containers/reader.ts";
import { walkReader, type Walk } from "../containers/walk.ts";
import { isThumbnail, walkBook, type Book, type Page } from "./page.ts";
import { walkData, walkNumbers, type Entry, type Form } from "./structure.ts";
import {
  COMPRESSION,
  EXIF_TEXT_TAGS,
  NEEDED_TAGS,
  PHOTOMETRIC,
  TAG,
} from "./tags.ts";

/** Profiles above this are not read: the largest printing profiles hold 3 MB. */
const MAX_PROFILE_BYTES = 4 * 1024 * 1024;

/** Schemes that store with loss, or may: JPEG, WebP, JPEG 2000 (33003 to 33005, 34712), lossy DNG JPEG, JPEG XL. */
const LOSSY: readonly number[] = [
  COMPRESSION.jpeg,
  COMPRESSION.webp,
  ...[33003, 33004, 33005, 34712, 34892, 50002, 52546],
];

/**
 * Facts of a TIFF: those of its first page, and how many pages there are.
 * Reduced copies and masks are no pages. Throws `invalid_image` when a
 * directory is not whole, `unsupported_format` for camera raw files and
 * old-style JPEG.
 */
export async function header(reader: ByteReader): Promise<Facts> {
  return walkReader(reader, walkFacts(reader.size));
}

function* walkFacts(bytes: number): Walk<Facts> {
  const book = yield* walkBook();
  const { form, pages } = book;
  const [page] = pages as readonly [Page];
  yield* walkJpegStart(form, page);
  const { entries } = page.directory;
  const [orientation] = yield* walkNumbers(
    form,
    entries.get(TAG.orientation),
    1,
  );
  const density = yield* walkDensity(form, page);
  return {
    format: "tiff",
    bytes,
    width: page.width,
    height: page.height,
    codedPixels: pages.reduce(
      (most, each) => Math.max(most, codedPixels(each)),
      0,
    ),
    // Reduced copies are coded again too.
    scannedPixels: book.all.reduce((sum, each) => sum + codedPixels(each), 0),
    pixelBytes: book.all.reduce(
      (most, each) => Math.max(most, pixelBytes(each)),
      0,
    ),
    orientation: orientationOf(orientation),
    frames: pages.length,
    ...(pages.length > 1 && {
      uniformPages: pages.every((other) => isAlike(page, other)),
    }),
    bitDepth: Math.min(16, page.bits),
    color: colorOf(page),
    hasAlpha: page.extras > 0,
    profile: yield* walkProfile(entries.get(TAG.icc)),
    lossy: pages.every(({ compression }) => LOSSY.includes(compression)),
    ...(density && { density }),
    hasGainMap: false,
    metadata: metadataOf(book),
  };
}

/**
 * Throws `invalid_image` when a page in JPEG has segments that do not begin as
 * JPEG does (TIFF technical note 2): nothing that is done without decoding it
 * would notice.
 */
function* walkJpegStart(form: Form, page: Page): Walk<void> {
  if (page.compression !== COMPRESSION.jpeg) return;
  const { entries } = page.directory;
  const tag = page.tile ? TAG.tileOffsets : TAG.stripOffsets;
  const [offset = 0] = yield* walkNumbers(form, entries.get(tag), 1);
  const [first, second] = yield { offset, length: 2 };
  if (first === 0xff && second === 0xd8) return;
  throw new ServiceError(
    "invalid_image",
    "The TIFF says that its samples are JPEG, and they are not.",
  );
}

/** Pixels that a decoder holds: tiles reach over the edges. */
function codedPixels({ width, height, tile }: Page): number {
  if (!tile) return width * height;
  const across = Math.ceil(width / tile.width);
  const down = Math.ceil(height / tile.height);
  return across * tile.width * down * tile.height;
}

function pixelBytes({ samples, bits }: Page): number {
  return samples * Math.ceil(bits / 8);
}

/** What libvips asks of pages that are to be opened together, and what our own steps ask. */
function isAlike(one: Page, other: Page): boolean {
  const same = [
    "width",
    "height",
    "bits",
    "samples",
    "photometric",
    "sampleFormat",
  ] as const;
  return same.every((key) => one[key] === other[key]);
}

function colorOf({ photometric }: Page): Facts["color"] {
  switch (photometric) {
    case PHOTOMETRIC.whiteIsZero:
    case PHOTOMETRIC.blackIsZero:
    case PHOTOMETRIC.mask:
      return "gray";
    case PHOTOMETRIC.palette:
      return "palette";
    case PHOTOMETRIC.separated:
      return "cmyk";
    default:
      return "rgb";
  }
}

function orientationOf(value = 1): Orientation {
  return value >= 1 && value <= 8 ? (value as Orientation) : 1;
}

/** Unit 2 is the inch, and the default; 3 the centimeter; 1 says nothing about size (TIFF 6.0 page 38). */
function* walkDensity(form: Form, page: Page): Walk<Density | undefined> {
  const { entries } = page.directory;
  const [unit = 2] = yield* walkNumbers(
    form,
    entries.get(TAG.resolutionUnit),
    1,
  );
  const perInch = { 2: 1, 3: 2.54 }[unit];
  const x = yield* walkRational(form, entries.get(TAG.xResolution));
  const y = (yield* walkRational(form, entries.get(TAG.yResolution))) ?? x;
  if (!perInch || !x || !y) return undefined;
  return { x: x * perInch, y: y * perInch };
}

function* walkRational(
  { littleEndian }: Form,
  entry: Entry | undefined,
): Walk<number | undefined> {
  if (entry?.type !== 5) return undefined;
  const data = yield { offset: entry.at, length: 8 };
  if (data.length < 8) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, 8);
  const denominator = view.getUint32(4, littleEndian);
  if (denominator === 0) return undefined;
  return view.getUint32(0, littleEndian) / denominator;
}

function* walkProfile(entry: Entry | undefined): Walk<ColorProfile> {
  if (!entry) return { kind: "none" };
  if (entry.size > MAX_PROFILE_BYTES) return { kind: "broken" };
  return readProfile(yield* walkData(entry));
}

/** Over all directories: what stripping would take out. Tags without a name of their own count as comments. */
function metadataOf({ all, pages }: Book): MetadataKind[] {
  const tags = new Set(
    all.flatMap((page) => [...page.directory.entries.keys()]),
  );
  const named: Readonly<Partial<Record<MetadataKind, boolean>>> = {
    exif:
      tags.has(TAG.exifDirectory) ||
      [...EXIF_TEXT_TAGS].some((tag) => tags.has(tag)),
    gps: tags.has(TAG.gpsDirectory),
    xmp: tags.has(TAG.xmp),
    iptc: tags.has(TAG.iptc) || tags.has(TAG.photoshop),
    comment: [...tags].some((tag) => !NEEDED_TAGS.has(tag) && !isNamed(tag)),
    thumbnail: all.some((page) => !pages.includes(page) && isThumbnail(page)),
  };
  return (Object.keys(named) as MetadataKind[]).filter((kind) => named[kind]);
}

function isNamed(tag: number): boolean {
  const named: readonly number[] = [
    TAG.exifDirectory,
    TAG.gpsDirectory,
    TAG.xmp,
    TAG.iptc,
    TAG.photoshop,
  ];
  return named.includes(tag) || EXIF_TEXT_TAGS.has(tag);
}
