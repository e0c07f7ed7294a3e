// Reads the index of CIPA's Multi-Picture Format (DC-007), which tells where further images of a JPEG lie; and writes one for two; opens none of them.

import { openTiff, readDirectory } from "../containers/ifd.ts";

/** One image of the file: offset from its start, and size, in bytes. */
export interface Picture {
  readonly offset: number;
  readonly size: number;
}

const MP_ENTRY = 0xb002;
const ENTRY_BYTES = 16;
/** Phones write 2 to 4 images; bounds how many a reader visits. */
const MAX_PICTURES = 16;

/**
 * The images of an MPF block, the primary first. `block` starts at the TIFF
 * header and `base` is where that lies in the file: offsets count from it,
 * but the primary's is 0 and means the file's start (DC-007, 5.2.3.3).
 */
export function readPictures(block: Uint8Array, base: number): Picture[] {
  const tiff = openTiff(block);
  const index = tiff && readDirectory(tiff, tiff.first);
  const entry = index?.entries.find(({ tag }) => tag === MP_ENTRY);
  if (!tiff || !entry) return [];
  const count = Math.min(Math.floor(entry.size / ENTRY_BYTES), MAX_PICTURES);
  return Array.from({ length: count }, (_, place) => {
    const at = entry.value + place * ENTRY_BYTES;
    const size = tiff.view.getUint32(at + 4, tiff.littleEndian);
    const offset = tiff.view.getUint32(at + 8, tiff.littleEndian);
    return { size, offset: offset === 0 ? 0 : base + offset };
  });
}

/** Where the TIFF header lies in a segment: marker, length, "MPF\0". */
export const INDEX_OFFSET = 8;
/** Bytes of the payload of `indexOfTwo`: signature, TIFF header, directory of three, two entries. */
export const INDEX_BYTES = 4 + 8 + 2 + 3 * 12 + 4 + 2 * ENTRY_BYTES;
/** "Baseline MP primary image" (DC-007, 5.2.3.3.1); 0 is an image of no declared kind. */
const PRIMARY = 0x030000;

/**
 * The APP2 payload that lists two images, the second right behind the first:
 * sizes in bytes, and where this segment starts in the first.
 */
export function indexOfTwo(
  sizes: readonly [number, number],
  segmentStart: number,
): Uint8Array {
  const index = Buffer.alloc(INDEX_BYTES);
  index.write("MPF\0MM\0*", "latin1");
  const words = (at: number, ...values: number[]) =>
    values.forEach((value, word) => index.writeUInt32BE(value, at + word * 4));
  words(8, 8);
  index.writeUInt16BE(3, 12);
  // Tag and type share a word: version (UNDEFINED), number of images (LONG), entries (UNDEFINED).
  words(14, 0xb0000007, 4, 0x30313030);
  words(26, 0xb0010004, 1, 2);
  words(38, MP_ENTRY * 0x10000 + 7, 2 * ENTRY_BYTES, 50);
  const offset = sizes[0] - (segmentStart + INDEX_OFFSET);
  words(54, PRIMARY, sizes[0], 0, 0);
  words(70, 0, sizes[1], offset, 0);
  return index;
}
