// Compresses and decompresses one strip or tile; decides nothing about which scheme is used.

import {
  constants,
  deflateSync,
  inflateSync,
  zstdCompressSync,
  zstdDecompressSync,
} from "node:zlib";

import { ServiceError } from "../../errors.ts";
import { decodeLzw } from "./lzw.ts";
import { COMPRESSION } from "./tags.ts";

/** Some encoders fill the last strip up; no honest one writes more than another strip. */
const SLACK = 64 * 1024;

type Decoder = (data: Uint8Array, bytes: number) => Uint8Array | undefined;

const DECODERS: ReadonlyMap<number, Decoder> = new Map<number, Decoder>([
  [COMPRESSION.none, (data) => data],
  [COMPRESSION.lzw, decodeLzw],
  [COMPRESSION.packBits, unpackBits],
  [COMPRESSION.deflate, inflate],
  [COMPRESSION.oldDeflate, inflate],
  [
    COMPRESSION.zstd,
    (data, bytes) =>
      zstdDecompressSync(data, { maxOutputLength: 2 * bytes + SLACK }),
  ],
]);

/** Streams whose end is missing give what they hold: whether it is enough is judged by its length. */
function inflate(data: Uint8Array, bytes: number): Uint8Array {
  return inflateSync(data, {
    maxOutputLength: 2 * bytes + SLACK,
    finishFlush: constants.Z_SYNC_FLUSH,
  });
}

/** Runs of Macintosh PackBits (TIFF 6.0, section 9). */
function unpackBits(data: Uint8Array, bytes: number): Uint8Array {
  const out = new Uint8Array(bytes);
  let end = 0;
  for (let at = 0; at < data.length && end < bytes;) {
    const control = data[at++] ?? 0;
    if (control === 128) continue;
    if (control < 128) {
      const literal = data.subarray(
        at,
        at + Math.min(control + 1, bytes - end),
      );
      out.set(literal, end);
      end += literal.length;
      at += control + 1;
    } else {
      const stop = Math.min(end + 257 - control, bytes);
      out.fill(data[at++] ?? 0, end, stop);
      end = stop;
    }
  }
  return out.subarray(0, end);
}

export function canDecode(compression: number): boolean {
  return DECODERS.has(compression);
}

/**
 * Exactly `bytes` bytes of samples; undefined when this kind of stream is not
 * known here. Throws `invalid_image` when the segment is damaged or too short.
 */
export function decodeSegment(
  compression: number,
  data: Uint8Array,
  bytes: number,
): Uint8Array | undefined {
  let decoded: Uint8Array | undefined;
  try {
    decoded = DECODERS.get(compression)?.(data, bytes);
  } catch (cause) {
    throw damaged({ cause });
  }
  if (decoded && decoded.length < bytes) throw damaged();
  return decoded?.subarray(0, bytes);
}

function damaged(options?: ErrorOptions): ServiceError {
  return new ServiceError(
    "invalid_image",
    "A strip or tile of the TIFF is damaged or cut off.",
    {},
    options,
  );
}

/** Plain, Zstandard or deflate, at a level of deflate's, 1 to 9. */
export function encodeSegment(
  compression: number,
  data: Uint8Array,
  level: number,
): Uint8Array {
  if (compression === COMPRESSION.none) return data;
  if (compression === COMPRESSION.zstd) {
    return zstdCompressSync(data, {
      // 19 is the slowest that any decoder must take; 9 keeps to deflate's time.
      params: { [constants.ZSTD_c_compressionLevel]: level === 9 ? 19 : 9 },
    });
  }
  return deflateSync(data, { level, memLevel: 9 });
}
