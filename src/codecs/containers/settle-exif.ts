// Makes an EXIF block true of a picture that was turned or resized, in place, so that maker notes keep their offsets.

import type { Orientation } from "../../image/facts.ts";
import {
  TAG,
  directoryAt,
  entryOf,
  openTiff,
  readDirectory,
  setWholeNumber,
  wholeNumber,
  type Directory,
  type Tiff,
} from "./ifd.ts";

/** Bytes [start, end) of a block. */
type Span = readonly [start: number, end: number];

/** Strips of an uncompressed thumbnail looked at; real ones have one. */
const MAX_STRIPS = 256;

/**
 * A copy of a TIFF block that says orientation 1 and the given size in pixels
 * wherever it says either, with its thumbnail unlinked and zeroed, or cut off
 * when it lies at the end. Undefined when the block is not readable TIFF.
 * Thumbnails inside maker notes stay: their formats are the makers' own.
 */
export function settleExif(
  block: Uint8Array,
  size: { readonly width: number; readonly height: number },
): Uint8Array | undefined {
  const tiff = openTiff(block.slice());
  const main = tiff && readDirectory(tiff, tiff.first);
  if (!tiff || !main) return undefined;
  const exif = directoryAt(tiff, main, TAG.exifDirectory);
  setAll(tiff, main, TAG.orientation, 1);
  setAll(tiff, main, TAG.imageWidth, size.width);
  setAll(tiff, main, TAG.imageLength, size.height);
  setAll(tiff, exif, TAG.pixelXDimension, size.width);
  setAll(tiff, exif, TAG.pixelYDimension, size.height);
  return dropThumbnail(tiff, main);
}

/** A copy of a TIFF block with its orientation tag set; undefined when it has none or is not readable. */
export function setExifOrientation(
  block: Uint8Array,
  orientation: Orientation,
): Uint8Array | undefined {
  const tiff = openTiff(block.slice());
  const main = tiff && readDirectory(tiff, tiff.first);
  if (!tiff || !entryOf(main, TAG.orientation)) return undefined;
  setAll(tiff, main, TAG.orientation, orientation);
  return tiff.bytes;
}

function setAll(
  tiff: Tiff,
  directory: Directory | undefined,
  tag: number,
  value: number,
): void {
  for (const entry of directory?.entries ?? [])
    if (entry.tag === tag) setWholeNumber(tiff, entry, value);
}

function dropThumbnail(tiff: Tiff, main: Directory): Uint8Array {
  const second = main.next > 0 ? readDirectory(tiff, main.next) : undefined;
  if (main.nextAt !== undefined) tiff.view.setUint32(main.nextAt, 0);
  if (!second) return tiff.bytes;
  const kept = spansKept(tiff, main);
  const free = ([start, end]: Span) =>
    start < end && kept.every(([from, to]) => end <= from || start >= to);
  const freed = [
    [second.at, second.end] as const,
    ...thumbnailSpans(tiff, second),
  ].filter(free);
  for (const [start, end] of freed) tiff.bytes.fill(0, start, end);
  return cutEnd(tiff.bytes, freed);
}

/** Everything that stays: header, directories and their data. Data that overlap it are not zeroed. */
function spansKept(tiff: Tiff, main: Directory): Span[] {
  const directories = [
    main,
    directoryAt(tiff, main, TAG.exifDirectory),
    directoryAt(tiff, main, TAG.gpsDirectory),
  ].filter((directory) => directory !== undefined);
  return [
    [0, 8],
    ...directories.flatMap(({ at, end, entries }): Span[] => [
      [at, end],
      ...entries.map(({ value, size }): Span => [value, value + size]),
    ]),
  ];
}

function thumbnailSpans(tiff: Tiff, second: Directory): Span[] {
  const spans: Span[] = [];
  const pairs = [
    [TAG.thumbnailOffset, TAG.thumbnailLength],
    [TAG.stripOffsets, TAG.stripByteCounts],
  ] as const;
  for (const [offsetTag, lengthTag] of pairs) {
    for (let index = 0; index < MAX_STRIPS; index++) {
      const start = wholeNumber(tiff, entryOf(second, offsetTag), index);
      const length = wholeNumber(tiff, entryOf(second, lengthTag), index);
      if (start === undefined || length === undefined) break;
      spans.push([start, Math.min(start + length, tiff.bytes.length)]);
    }
  }
  return spans;
}

/** Cuts freed spans off the end, as long as the last bytes belong to one. */
function cutEnd(bytes: Uint8Array, freed: readonly Span[]): Uint8Array {
  let length = bytes.length;
  for (const [start, end] of freed.toSorted((a, b) => b[1] - a[1])) {
    if (end < length) break;
    length = Math.min(length, start);
  }
  return bytes.slice(0, length);
}
