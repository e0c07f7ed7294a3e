// Unpacks SVGZ within bounds and packs it again; knows nothing of what is inside.

import { constants, createGunzip, gunzipSync, gzipSync } from "node:zlib";

import { invalid, MAX_TEXT_BYTES, tooMuch } from "./limits.ts";

export function isGzip(file: Uint8Array): boolean {
  return file[0] === 0x1f && file[1] === 0x8b;
}

/** All of a gzip file, every member. Throws `image_too_large`, and `invalid_image` when it is damaged or cut. */
export function unpack(file: Uint8Array): Uint8Array {
  try {
    return gunzipSync(file, { maxOutputLength: MAX_TEXT_BYTES });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ERR_BUFFER_TOO_LARGE")
      throw tooMuch("bytes when unpacked", MAX_TEXT_BYTES);
    throw invalid("does not unpack");
  }
}

/** The first `bytes` or so that a gzip file's beginning unpacks to; stops there. None where it is damaged from the start. */
export async function unpackHead(
  head: Uint8Array,
  bytes: number,
): Promise<Uint8Array> {
  const gunzip = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
  gunzip.end(head);
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const part of gunzip as AsyncIterable<Uint8Array>) {
      parts.push(part);
      length += part.length;
      if (length >= bytes) break;
    }
  } catch {
    // What came before the damage may hold the root element.
  }
  return Buffer.concat(parts).subarray(0, bytes);
}

/** The best that zlib does: level 9, most memory. No name, no time: the same text gives the same file. */
export function pack(text: Uint8Array): Uint8Array {
  return gzipSync(text, { level: 9, memLevel: 9 });
}
