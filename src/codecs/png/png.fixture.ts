// Builds tiny PNG files for tests, chunk by chunk: headers with image data that need not be an image.

import { PNG_SIGNATURE } from "./chunks.ts";
import { chunkBytes } from "./metadata.ts";

export function ihdr(
  width: number,
  height: number,
  depth = 8,
  colorType = 2,
  rest: readonly number[] = [0, 0, 0],
): Uint8Array {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([depth, colorType, ...rest], 8);
  return chunkBytes("IHDR", data);
}

/** A chunk of text or bytes. */
export function chunk(
  type: string,
  data: string | Uint8Array = "",
): Uint8Array {
  return chunkBytes(type, Buffer.from(data as string, "latin1"));
}

/** Signature and chunks. */
export function png(...chunks: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([PNG_SIGNATURE, ...chunks]);
}
