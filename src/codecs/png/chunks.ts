// Lists the chunks of a PNG; decides nothing about what they mean, and checks CRCs only where asked: decoders do.

import { crc32 } from "node:zlib";

import { ServiceError } from "../../errors.ts";
import type { ByteReader } from "../containers/reader.ts";
import { latin1 } from "../containers/cursor.ts";
import { walkBytes, walkReader, type Walk } from "../containers/walk.ts";

/** A chunk: where it starts (its length field), and its data. */
export interface Chunk {
  readonly type: string;
  readonly start: number;
  readonly offset: number;
  readonly length: number;
}

export const PNG_SIGNATURE = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");

/** Length, type and CRC around a chunk's data. */
export const CHUNK_OVERHEAD = 12;
/** Chunks walked over at most: 100,000 frames of an animation are not worth a look each. */
const MAX_CHUNKS = 40_000;
/**
 * Chunks of one type in a bounded listing, as many as libpng keeps
 * (PNG_USER_CHUNK_CACHE_MAX): a list of 40,000 takes 4 MB, which outlive the request.
 */
const MAX_OF_TYPE = 1000;
/**
 * Bytes a reader may have to fetch for a listing: each step costs what lies
 * between two chunks, up to its 64 KiB window. 16 MB of 8 KiB IDAT chunks, as
 * libpng writes them, or 256 large ones; past that, the chunks behind the
 * image are not seen.
 */
const MAX_FETCH_BYTES = 16 * 1024 * 1024;
const WINDOW_BYTES = 64 * 1024;

/** The chunks up to IEND, the end of the data or the limits above; of each type the first 1000. Throws `invalid_image` when the signature is missing. */
export function chunksOf(reader: ByteReader): Promise<Chunk[]> {
  return walkReader(reader, walkChunks(MAX_FETCH_BYTES, MAX_OF_TYPE));
}

/** All chunks of a file in memory. */
export function chunksIn(file: Uint8Array): Chunk[] {
  return walkBytes(file, walkChunks(Infinity, Infinity));
}

/** Whether the CRC of every critical chunk (PNG third edition, 5.4) is right: decoders complain where one is not. */
export function isSound(file: Uint8Array): boolean {
  const data = Buffer.from(file.buffer, file.byteOffset, file.length);
  return chunksIn(file).every(({ type, start, offset, length }) => {
    const end = offset + length;
    const isCritical = /^[A-Z]/.test(type);
    if (!isCritical || end + 4 > data.length) return !isCritical;
    return crc32(data.subarray(start + 4, end)) === data.readUInt32BE(end);
  });
}

/**
 * What makes a PNG an animation: acTL, of 8 bytes and before the image
 * (PNG third edition, 5.6 and 11.3.6.1). One elsewhere is none, here as in
 * browsers: a listing that ends early would miss it, and judge a still.
 */
export function animationControl(chunks: readonly Chunk[]): Chunk | undefined {
  const image = chunks.findIndex(({ type }) => type === "IDAT");
  const control = chunks.findIndex(({ type }) => type === "acTL");
  const found = control < image ? chunks[control] : undefined;
  return found?.length === 8 ? found : undefined;
}

function* walkChunks(maxFetchBytes: number, maxOfType: number): Walk<Chunk[]> {
  const signature = yield { offset: 0, length: PNG_SIGNATURE.length };
  if (!PNG_SIGNATURE.equals(signature))
    throw new ServiceError("invalid_image", "The file is not a PNG image.");
  const chunks: Chunk[] = [];
  const counts = new Map<string, number>();
  let start = PNG_SIGNATURE.length;
  let fetched = 0;
  for (let seen = 0; seen < MAX_CHUNKS && fetched < maxFetchBytes; seen++) {
    const head = yield { offset: start, length: 8 };
    if (head.length < 8) break;
    const type = latin1(head.subarray(4, 8));
    const length = Buffer.from(head).readUInt32BE();
    if (length > 0x7fffffff || !/^[A-Za-z]{4}$/.test(type)) break;
    const count = (counts.get(type) ?? 0) + 1;
    counts.set(type, count);
    if (count <= maxOfType)
      chunks.push({ type, start, offset: start + 8, length });
    if (type === "IEND") break;
    start += length + CHUNK_OVERHEAD;
    fetched += Math.min(length + CHUNK_OVERHEAD, WINDOW_BYTES);
  }
  return chunks;
}
