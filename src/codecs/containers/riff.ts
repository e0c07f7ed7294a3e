// Lists the chunks of a RIFF file such as WebP; decides nothing about what they mean.

import { ServiceError } from "../../errors.ts";
import { copied, latin1, startsWith } from "./cursor.ts";
import type { Walk } from "./walk.ts";

/** A chunk: where it starts (its name), its data, and the data's first bytes. */
export interface RiffChunk {
  readonly name: string;
  readonly start: number;
  readonly offset: number;
  readonly length: number;
  /** At most 24 bytes. */
  readonly head: Uint8Array;
}

const HEAD_BYTES = 24;
/** A frame a chunk: twenty times what is taken by default, and listed in 50 ms. Bounds what hostile files make us list. */
const MAX_CHUNKS = 20_000;

/**
 * The chunks of a RIFF file whose form type is `form` ("WEBP"), up to the
 * declared or the real end. A last chunk may claim more than there is: a
 * truncated file. Throws `invalid_image` for any other file, `image_too_large`
 * for a longer list.
 */
export function* walkRiff(form: string): Walk<RiffChunk[]> {
  const head = yield { offset: 0, length: 12 };
  if (!startsWith(head, "RIFF") || !startsWith(head, form, 8))
    throw new ServiceError("invalid_image", `The file is not a ${form} image.`);
  const end = 8 + Buffer.from(head).readUInt32LE(4);
  const chunks: RiffChunk[] = [];
  let start = 12;
  while (start + 8 <= end) {
    const look = yield { offset: start, length: 8 + HEAD_BYTES };
    if (look.length < 8) break;
    const length = Buffer.from(look).readUInt32LE(4);
    if (chunks.length >= MAX_CHUNKS)
      throw new ServiceError(
        "image_too_large",
        `The file has more than ${MAX_CHUNKS} parts.`,
        { limit: MAX_CHUNKS },
      );
    chunks.push({
      name: latin1(look.subarray(0, 4)),
      start,
      offset: start + 8,
      length,
      head: copied(look.subarray(8, 8 + length)),
    });
    start += 8 + length + (length & 1);
  }
  return chunks;
}
