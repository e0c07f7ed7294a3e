// Takes the metadata out of a WebP in memory and puts metadata in; decides neither what is kept nor what it should say.

import { ServiceError } from "../../errors.ts";
import { withoutExifPrefix } from "../containers/exif.ts";
import { walkRiff, type RiffChunk } from "../containers/riff.ts";
import { walkBytes } from "../containers/walk.ts";
import type { Embedded, Metadata } from "../metadata.ts";
import { readVp8, readVp8l } from "./bitstream.ts";
import { chunkBytes, fileOf, FLAG, vp8xData } from "./chunks.ts";

/** WebP has no home for these. */
const HOMELESS = ["iptc", "extendedXmp", "comments"] as const;

/** Reads the metadata chunks. Throws `invalid_image` when the file is no WebP. */
export function readMetadata(file: Uint8Array): Metadata {
  const chunks = walkBytes(file, walkRiff("WEBP"));
  const find = (name: string) => {
    const chunk = chunks.find((candidate) => candidate.name === name);
    return chunk && dataOf(file, chunk);
  };
  const exif = find("EXIF");
  const xmp = find("XMP ");
  const icc = find("ICCP");
  return {
    ...(exif && { exif: withoutExifPrefix(exif) }),
    ...(xmp && { xmp }),
    ...(icc && { icc }),
  };
}

/**
 * The file with `metadata` put in, in the order RFC 9649 asks for: VP8X, ICCP,
 * ANIM, the image, EXIF, XMP. A kind that is given replaces the file's own;
 * one that is not stays as it is. `iptc`, `extendedXmp` and `comments` are
 * dropped. Throws `invalid_image` when the file is no WebP.
 */
export function writeMetadata(file: Uint8Array, metadata: Metadata): Embedded {
  const chunks = walkBytes(file, walkRiff("WEBP"));
  const given = { ...readMetadata(file), ...metadata };
  const blocks = {
    ICCP: given.icc,
    EXIF: given.exif && withoutExifPrefix(given.exif),
    "XMP ": given.xmp,
  };
  const own = (chunk: RiffChunk) =>
    chunk.name !== "VP8X" && !Object.hasOwn(blocks, chunk.name);
  const image = chunks
    .filter(own)
    .map((chunk) => chunkBytes(chunk.name, dataOf(file, chunk)));
  const block = (name: keyof typeof blocks) =>
    blocks[name] ? [chunkBytes(name, blocks[name])] : [];
  return {
    bytes: fileOf([
      chunkBytes("VP8X", vp8x(file, chunks, given)),
      ...block("ICCP"),
      ...image,
      ...block("EXIF"),
      ...block("XMP "),
    ]),
    dropped: HOMELESS.filter((kind) => metadata[kind] !== undefined),
  };
}

function dataOf(file: Uint8Array, { offset, length }: RiffChunk): Uint8Array {
  return file.subarray(offset, offset + length);
}

/** VP8X's data: the file's own canvas, alpha and animation, or a still's, and flags for the metadata. */
function vp8x(
  file: Uint8Array,
  chunks: readonly RiffChunk[],
  metadata: Metadata,
): Uint8Array {
  const own = chunks.find(({ name }) => name === "VP8X");
  const data =
    own && own.head.length >= 10
      ? Buffer.from(own.head.subarray(0, 10))
      : stillCanvas(file, chunks);
  const kept = data.readUInt8(0) & (FLAG.alpha | FLAG.animation);
  const flags =
    (metadata.icc ? FLAG.icc : 0) |
    (metadata.exif ? FLAG.exif : 0) |
    (metadata.xmp ? FLAG.xmp : 0);
  data.writeUInt8(kept | flags, 0);
  return data;
}

/** What VP8X says of a file that had none: flags and three reserved bytes, then width and height less one. */
function stillCanvas(file: Uint8Array, chunks: readonly RiffChunk[]): Buffer {
  const image = chunks.find(({ name }) => name === "VP8 " || name === "VP8L");
  const read = image?.name === "VP8L" ? readVp8l : readVp8;
  const size = image && read(dataOf(file, image));
  if (!size || size.width === 0 || size.height === 0)
    throw new ServiceError("invalid_image", "The WebP holds no image.");
  return Buffer.from(vp8xData(size.hasAlpha ? FLAG.alpha : 0, size));
}
