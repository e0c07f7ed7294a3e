// Reads the few EXIF facts the service acts on; patching is settle-exif.ts, and finding the block is its container's business.

import type { Density, Orientation } from "../../image/facts.ts";
import {
  TAG,
  directoryAt,
  entryOf,
  openTiff,
  rational,
  readDirectory,
  wholeNumber,
  type Directory,
  type Tiff,
} from "./ifd.ts";

export { setExifOrientation, settleExif } from "./settle-exif.ts";

/** What an EXIF block says; `pixelWidth` and `pixelHeight` in pixels. */
export interface ExifFacts {
  readonly orientation: Orientation;
  readonly hasGps: boolean;
  readonly hasThumbnail: boolean;
  readonly density?: Density;
  readonly pixelWidth?: number;
  readonly pixelHeight?: number;
}

const NOTHING: ExifFacts = {
  orientation: 1,
  hasGps: false,
  hasThumbnail: false,
};

/** The TIFF structure alone: WebP and PNG files often carry JPEG's "Exif\0\0" before it. */
export function withoutExifPrefix(block: Uint8Array): Uint8Array {
  const prefixed =
    block.length >= 6 &&
    [0x45, 0x78, 0x69, 0x66, 0].every((byte, at) => block[at] === byte);
  return prefixed ? block.subarray(6) : block;
}

/** Reads a TIFF block of either byte order. Never throws: a broken block yields orientation 1 and nothing else. */
export function readExif(block: Uint8Array): ExifFacts {
  const tiff = openTiff(block);
  const main = tiff && readDirectory(tiff, tiff.first);
  if (!tiff || !main) return NOTHING;
  const exif = directoryAt(tiff, main, TAG.exifDirectory);
  const number = (directory: Directory | undefined, tag: number) =>
    wholeNumber(tiff, entryOf(directory, tag));
  const density = densityOf(tiff, main);
  const width =
    number(exif, TAG.pixelXDimension) ?? number(main, TAG.imageWidth);
  const height =
    number(exif, TAG.pixelYDimension) ?? number(main, TAG.imageLength);
  return {
    orientation: orientationOf(number(main, TAG.orientation)),
    hasGps: entryOf(main, TAG.gpsDirectory) !== undefined,
    hasThumbnail: hasThumbnail(tiff, main),
    ...(density && { density }),
    ...(width !== undefined && { pixelWidth: width }),
    ...(height !== undefined && { pixelHeight: height }),
  };
}

function orientationOf(value: number | undefined): Orientation {
  const valid = value !== undefined && value >= 1 && value <= 8;
  return valid ? (value as Orientation) : 1;
}

function hasThumbnail(tiff: Tiff, main: Directory): boolean {
  const second = main.next > 0 ? readDirectory(tiff, main.next) : undefined;
  return (
    entryOf(second, TAG.thumbnailOffset) !== undefined ||
    entryOf(second, TAG.stripOffsets) !== undefined
  );
}

/** Unit 2 is the inch, and the default; 3 the centimeter; 1 says nothing about size (TIFF 6.0 page 38). */
function densityOf(tiff: Tiff, main: Directory): Density | undefined {
  const x = rational(tiff, entryOf(main, TAG.xResolution));
  const y = rational(tiff, entryOf(main, TAG.yResolution)) ?? x;
  const unit = wholeNumber(tiff, entryOf(main, TAG.resolutionUnit)) ?? 2;
  if (!x || !y || (unit !== 2 && unit !== 3)) return undefined;
  const perInch = unit === 3 ? 2.54 : 1;
  return { x: x * perInch, y: y * perInch };
}

/** A TIFF block of 26 bytes that says the orientation and nothing more. */
export function orientationExif(orientation: Orientation): Uint8Array {
  const view = new DataView(new ArrayBuffer(26));
  view.setUint32(0, 0x49492a00);
  view.setUint32(4, 8, true);
  view.setUint16(8, 1, true);
  view.setUint16(10, TAG.orientation, true);
  view.setUint16(12, 3, true);
  view.setUint32(14, 1, true);
  view.setUint16(18, orientation, true);
  return new Uint8Array(view.buffer);
}
