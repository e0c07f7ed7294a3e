// Takes the metadata out of a PNG in memory and puts metadata in; decides neither what is kept nor what it should say.

import { crc32, deflateSync } from "node:zlib";

import { withoutExifPrefix } from "../containers/exif.ts";
import type { Embedded, Metadata } from "../metadata.ts";
import { CHUNK_OVERHEAD, chunksIn, type Chunk } from "./chunks.ts";
import { readIccp, readText, XMP_KEYWORD } from "./text.ts";

const TEXT_TYPES = ["tEXt", "zTXt", "iTXt"];
/** Keywords whose text is a comment in JPEG's sense (PNG third edition, 11.3.3.1). */
const COMMENT_KEYWORDS = ["Comment", "Description"];
/** PNG has no home for these: extended XMP is JPEG's, and a JPEG comment names no charset. */
const HOMELESS = ["iptc", "extendedXmp", "comments"] as const;

/** Reads the metadata chunks. Throws `invalid_image` when the file is no PNG. */
export function readMetadata(file: Uint8Array): Metadata {
  const chunks = chunksIn(file);
  const dataOf = ({ offset, length }: Chunk) =>
    file.subarray(offset, offset + length);
  const find = (type: string) => {
    const chunk = chunks.find((candidate) => candidate.type === type);
    return chunk && dataOf(chunk);
  };
  const texts = chunks
    .filter(({ type }) => TEXT_TYPES.includes(type))
    .map((chunk) => readText(chunk.type, dataOf(chunk)))
    .filter((text) => text !== undefined);
  const exif = find("eXIf");
  const profile = find("iCCP");
  const icc = profile && readIccp(profile);
  const xmp = texts.find(({ keyword }) => keyword === XMP_KEYWORD)?.text;
  const comments = texts
    .filter(({ keyword }) => COMMENT_KEYWORDS.includes(keyword))
    .map(({ text }) => text);
  return {
    ...(exif && { exif: withoutExifPrefix(exif) }),
    ...(xmp && { xmp }),
    ...(comments.length > 0 && { comments }),
    ...(icc && { icc }),
  };
}

/**
 * The file with `metadata` put in behind IHDR; a kind that is given replaces
 * the file's own (a profile its sRGB chunk too), one that is not stays as it
 * is. `iptc`, `extendedXmp` and `comments` are dropped. Throws `invalid_image`
 * when the file is no PNG.
 */
export function writeMetadata(file: Uint8Array, metadata: Metadata): Embedded {
  const { exif, xmp, icc } = metadata;
  const added = [
    ...(icc ? [chunkBytes("iCCP", iccpData(icc))] : []),
    ...(exif ? [chunkBytes("eXIf", withoutExifPrefix(exif))] : []),
    ...(xmp ? [chunkBytes("iTXt", xmpData(xmp))] : []),
  ];
  const isReplaced = (chunk: Chunk) =>
    (exif && chunk.type === "eXIf") ||
    (icc && (chunk.type === "iCCP" || chunk.type === "sRGB")) ||
    (xmp && isXmp(file, chunk));
  const chunks = chunksIn(file);
  const bodyStart = endOf(chunks[0]);
  const parts = [file.subarray(0, bodyStart), ...added];
  let at = bodyStart;
  for (const chunk of chunks.slice(1)) {
    if (!isReplaced(chunk)) continue;
    parts.push(file.subarray(at, chunk.start));
    at = endOf(chunk);
  }
  parts.push(file.subarray(at));
  return {
    bytes: new Uint8Array(Buffer.concat(parts)),
    dropped: HOMELESS.filter((kind) => metadata[kind] !== undefined),
  };
}

function endOf(chunk: Chunk | undefined): number {
  return chunk ? chunk.start + chunk.length + CHUNK_OVERHEAD : 8;
}

function isXmp(file: Uint8Array, { type, offset, length }: Chunk): boolean {
  if (type !== "iTXt") return false;
  const data = file.subarray(offset, offset + length);
  return readText(type, data)?.keyword === XMP_KEYWORD;
}

/** A chunk with its length and CRC, which covers type and data. */
export function chunkBytes(type: string, data: Uint8Array): Uint8Array {
  const chunk = Buffer.alloc(data.length + CHUNK_OVERHEAD);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, "latin1");
  chunk.set(data, 8);
  const covered = chunk.subarray(4, 8 + data.length);
  chunk.writeUInt32BE(crc32(covered), 8 + data.length);
  return chunk;
}

function iccpData(profile: Uint8Array): Uint8Array {
  const name = Buffer.from("ICC profile\0\0", "latin1");
  return Buffer.concat([name, deflateSync(profile)]);
}

/** Keyword, no compression, no language, no translated keyword. */
function xmpData(packet: Uint8Array): Uint8Array {
  const head = Buffer.from(`${XMP_KEYWORD}\0\0\0\0\0`, "latin1");
  return Buffer.concat([head, packet]);
}
