// Bounded random access to a file's bytes, the only way a header reader sees a file; decides how much it may look at.

import { open, readFile } from "node:fs/promises";

import { ServiceError } from "../../errors.ts";

/** Reads up to `length` bytes at `offset`; fewer at the end of the data, none past it. */
export type ReadAt = (offset: number, length: number) => Promise<Uint8Array>;

/** What a header reader is given: the file's size in bytes and bounded access to it. */
export interface ByteReader {
  readonly size: number;
  readonly read: ReadAt;
  /**
   * Set when bytes come from afar, a request each: what only bounds decoding
   * is then not read, and the file must not be decoded on the strength of it.
   */
  readonly distant?: true;
}

/** Bytes fetched at once. Most headers end within the first window. */
const WINDOW_BYTES = 64 * 1024;

/**
 * Bounds what one header may cost beyond reading the file through once: a
 * chain of segments or boxes built to make a reader seek for ever ends here. A
 * camera JPEG takes 2 to 6 windows; 4 MB of extended XMP before the frame
 * header takes 64; an animated WebP takes one a frame; a GIF and a progressive
 * JPEG are read to their end.
 */
const MAX_WINDOWS = 2048;
/** Calls of `read`, served from the window or not: bounds loops that never leave it. */
const MAX_READS = 200_000;

/**
 * A reader over `readAt` that fetches windows of 64 KiB and keeps the last.
 * Throws `invalid_image` when a header needs more reads than any honest file.
 */
export function boundedReader(size: number, readAt: ReadAt): ByteReader {
  const maxWindows = MAX_WINDOWS + Math.ceil(size / WINDOW_BYTES);
  let window: Uint8Array = new Uint8Array(0);
  let start = 0;
  let windows = 0;
  let reads = 0;
  return {
    size,
    async read(offset, length) {
      if (++reads > MAX_READS) throw tooLong();
      if (offset < 0 || offset >= size || length <= 0) return new Uint8Array(0);
      const end = Math.min(offset + length, size);
      if (offset < start || end > start + window.length) {
        windows += Math.ceil((end - offset) / WINDOW_BYTES);
        if (windows > maxWindows) throw tooLong();
        window = await readAt(offset, Math.max(WINDOW_BYTES, end - offset));
        start = offset;
      }
      return window.subarray(offset - start, end - start);
    },
  };
}

function tooLong(): ServiceError {
  return new ServiceError(
    "invalid_image",
    "The image's header is longer or more tangled than any valid one.",
  );
}

/** A bounded reader over bytes in memory. */
export function readerOfBytes(bytes: Uint8Array): ByteReader {
  return boundedReader(bytes.length, (offset, length) =>
    Promise.resolve(bytes.subarray(offset, offset + length)),
  );
}

/** All bytes of the file at `path`, in one copy, and no Buffer: `slice` of it copies, as that of arrays does. */
export async function readBytes(path: string): Promise<Uint8Array> {
  const { buffer, byteOffset, length } = await readFile(path);
  return new Uint8Array(buffer, byteOffset, length);
}

/** Opens `path`, hands a bounded reader to `use`, and closes the file whatever happens. */
export async function withFileReader<T>(
  path: string,
  use: (reader: ByteReader) => Promise<T>,
): Promise<T> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    return await use(
      boundedReader(size, async (offset, length) => {
        const buffer = new Uint8Array(Math.min(length, size - offset));
        const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
        return buffer.subarray(0, bytesRead);
      }),
    );
  } finally {
    await file.close();
  }
}
