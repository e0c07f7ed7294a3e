// Decides what each directory of a TIFF holds: a page, a reduced copy or a mask, and samples of which kind.

import { ServiceError } from "../../errors.ts";
import { latin1 } from "../containers/cursor.ts";
import type { Walk } from "../containers/walk.ts";
import {
  walkChain,
  walkForm,
  walkNumbers,
  type Directory,
  type Form,
} from "./structure.ts";
import { COMPRESSION, PHOTOMETRIC, SUBFILE, TAG } from "./tags.ts";

/** What a directory says of its raster; sizes in pixels. */
export interface Page {
  readonly directory: Directory;
  /** Place in the chain of directories, from 0: libvips' page number. */
  readonly index: number;
  readonly width: number;
  readonly height: number;
  /** Bits of the deepest sample. */
  readonly bits: number;
  /** Whether all samples are of that depth. */
  readonly evenBits: boolean;
  readonly samples: number;
  /** Samples beyond those that make the color. */
  readonly extras: number;
  readonly photometric: number;
  readonly compression: number;
  readonly predictor: number;
  readonly planar: boolean;
  readonly sampleFormat: number;
  readonly fillOrder: number;
  readonly chroma: readonly number[];
  readonly subfile: number;
  readonly rowsPerStrip: number;
  readonly tile?: { readonly width: number; readonly height: number };
}

export interface Book {
  readonly form: Form;
  /** Every directory of the chain. */
  readonly all: readonly Page[];
  /** Those that are pages in their own right; all of them when none is. */
  readonly pages: readonly Page[];
}

/** Sides above this are no picture's (libtiff stops at 2^31), and their product stays exact. */
const MAX_SIDE = 2 ** 26 - 1;
/** Hyperspectral cubes hold hundreds; none is a picture, and each sample multiplies what a pixel costs. */
const MAX_SAMPLES = 64;

function broken(what: string): ServiceError {
  return new ServiceError("invalid_image", `The TIFF ${what}.`);
}

function unsupported(what: string): ServiceError {
  return new ServiceError("unsupported_format", `${what} are not supported.`, {
    detected: "tiff",
  });
}

/** Reads the chain. Throws `invalid_image`, or `unsupported_format` for camera raw files and old-style JPEG. */
export function* walkBook(): Walk<Book> {
  const { form, first } = yield* walkForm();
  const magic = yield { offset: 8, length: 2 };
  if (!form.big && latin1(magic) === "CR") throw rawFile();
  const chain = yield* walkChain(form, first);
  const all: Page[] = [];
  for (const [index, directory] of chain.entries()) {
    all.push(yield* walkPage(form, directory, index));
  }
  if (all[0] && isRaw(all[0])) throw rawFile();
  const pages = all.filter(isPage);
  return { form, all, pages: pages.length > 0 ? pages : all };
}

/** Whether a directory stands for itself, and not for a smaller copy or a mask of another. */
export function isPage({ subfile, photometric }: Page): boolean {
  return (
    (subfile & (SUBFILE.reduced | SUBFILE.mask)) === 0 &&
    photometric !== PHOTOMETRIC.mask
  );
}

/** A reduced copy for leafing; tiled ones are levels of a pyramid, by which viewers zoom. */
export function isThumbnail({ subfile, tile }: Page): boolean {
  return (subfile & SUBFILE.reduced) !== 0 && tile === undefined;
}

function rawFile(): ServiceError {
  return unsupported("Camera raw files (DNG, CR2, NEF, ARW)");
}

/** DNG names itself; NEF and ARW begin with a camera's preview and keep the sensor's data in a sub-directory. */
function isRaw({ subfile, directory: { entries } }: Page): boolean {
  const isPreview = (subfile & SUBFILE.reduced) !== 0;
  return (
    entries.has(TAG.dngVersion) ||
    (isPreview && entries.has(TAG.make) && entries.has(TAG.subDirectories))
  );
}

export function* walkPage(
  form: Form,
  directory: Directory,
  index: number,
): Walk<Page> {
  const { entries } = directory;
  const numbers = (tag: number, most: number) =>
    walkNumbers(form, entries.get(tag), most);
  const number = function* (tag: number, otherwise: number): Walk<number> {
    const [value] = yield* numbers(tag, 1);
    return value ?? otherwise;
  };
  const width = yield* number(TAG.imageWidth, 0);
  const height = yield* number(TAG.imageLength, 0);
  if (!isSide(width) || !isSide(height)) {
    throw broken(`declares a page of ${width} × ${height} pixels`);
  }
  const samples = yield* number(TAG.samplesPerPixel, 1);
  if (samples === 0) throw broken("declares pixels without samples");
  if (samples > MAX_SAMPLES) {
    throw unsupported(`TIFFs of more than ${MAX_SAMPLES} samples per pixel`);
  }
  const depths = yield* numbers(TAG.bitsPerSample, samples);
  const bits = Math.max(1, ...depths);
  if (bits > 64) throw broken(`declares samples of ${bits} bits`);
  const compression = yield* number(TAG.compression, COMPRESSION.none);
  if (compression === COMPRESSION.oldJpeg) {
    throw unsupported("TIFFs compressed as old-style JPEG (scheme 6)");
  }
  const photometric = yield* number(
    TAG.photometric,
    samples < 3 ? PHOTOMETRIC.blackIsZero : PHOTOMETRIC.rgb,
  );
  if (
    photometric === PHOTOMETRIC.colorFilterArray ||
    photometric === PHOTOMETRIC.linearRaw
  ) {
    throw rawFile();
  }
  const tileWidth = yield* number(TAG.tileWidth, 0);
  const tileHeight = yield* number(TAG.tileLength, 0);
  const tiled = entries.has(TAG.tileOffsets);
  if (tiled && (!isSide(tileWidth) || !isSide(tileHeight))) {
    throw broken("has tiles without a size");
  }
  if (!tiled && !entries.has(TAG.stripOffsets)) {
    throw broken("has a page without data");
  }
  return {
    directory,
    index,
    width,
    height,
    bits,
    evenBits: depths.every((depth) => depth === bits),
    samples,
    extras: Math.max(0, samples - colorSamples(photometric, samples)),
    photometric,
    compression,
    predictor: yield* number(TAG.predictor, 1),
    planar: (yield* number(TAG.planarConfiguration, 1)) === 2 && samples > 1,
    sampleFormat: yield* number(TAG.sampleFormat, 1),
    fillOrder: yield* number(TAG.fillOrder, 1),
    chroma: yield* numbers(TAG.chromaSubsampling, 2),
    subfile: yield* number(TAG.newSubfileType, 0),
    rowsPerStrip: Math.min(
      height,
      Math.max(1, yield* number(TAG.rowsPerStrip, height)),
    ),
    ...(tiled && { tile: { width: tileWidth, height: tileHeight } }),
  };
}

function isSide(side: number): boolean {
  return side > 0 && side <= MAX_SIDE;
}

/** Samples that make the color; the rest are alpha or more (libtiff, too, takes an unexplained fourth for alpha). */
function colorSamples(photometric: number, samples: number): number {
  if (photometric === PHOTOMETRIC.separated) return Math.min(samples, 4);
  const single = [
    PHOTOMETRIC.whiteIsZero,
    PHOTOMETRIC.blackIsZero,
    PHOTOMETRIC.palette,
    PHOTOMETRIC.mask,
  ] as readonly number[];
  return single.includes(photometric) ? 1 : Math.min(samples, 3);
}
