// Reads parts of a file at a URL, as a header reader asks for them, without fetching the whole.

import { boundedReader } from "../codecs/containers/reader.ts";
import type { ByteReader, ReadAt } from "../codecs/containers/reader.ts";
import { ServiceError } from "../errors.ts";
import type { Fetcher } from "../net/fetch.ts";

export interface RemoteFile {
  /** Bytes of the whole; undefined where neither origin nor caller says. */
  readonly bytes: number | undefined;
  readonly reader: ByteReader;
}

/** The beginning that is fetched at once: four windows of a header reader; most need one. */
const HEAD_BYTES = 256 * 1024;
/** Parts fetched beyond it: an index at the end, and what it leads to. Each is a request to the origin. */
const MAX_PARTS = 24;

/**
 * Opens the file at `url`. Where the origin sends parts, the reader fetches
 * them as they are asked for; where it does not, it knows the beginning alone,
 * and what lies beyond throws `url_fetch_failed`. Throws as `Fetcher.get` does.
 */
export async function openRemote(
  fetcher: Fetcher,
  url: string,
  field: string,
  knownBytes: number | undefined,
  signal: AbortSignal,
): Promise<RemoteFile> {
  const ask = async (first: number, length: number) => {
    const range = { first, last: first + length - 1 };
    const fetched = await fetcher.get(url, field, signal, range);
    const bytes = await take(fetched.body, length).catch((error: unknown) => {
      throw fetched.named(error);
    });
    return { ...fetched, bytes };
  };
  const head = await ask(0, HEAD_BYTES);
  // A part of something encoded is no part of the file.
  const isPartial = head.part !== undefined && !head.isDecoded;
  const bytes =
    (isPartial ? head.part?.wholeBytes : head.declaredBytes) ??
    (head.bytes.length < HEAD_BYTES ? head.bytes.length : knownBytes);
  let parts = 0;
  const readAt: ReadAt = async (offset, length) => {
    if (!isPartial || ++parts > MAX_PARTS) throw outOfReach(url);
    const piece = await ask(offset, length);
    if (!piece.part) throw outOfReach(url);
    return piece.bytes;
  };
  const size = bytes ?? Number.MAX_SAFE_INTEGER;
  const beyond = boundedReader(size, readAt);
  return {
    bytes,
    reader: {
      size,
      read: async (offset, length) => {
        const end = Math.min(offset + length, size);
        return end <= head.bytes.length
          ? head.bytes.subarray(offset, end)
          : beyond.read(offset, length);
      },
    },
  };
}

function outOfReach(url: string): ServiceError {
  return new ServiceError(
    "url_fetch_failed",
    "The image's header lies where the URL's server does not let it be read by itself.",
    { url },
  );
}

/** At most `length` bytes of what comes; the rest is not waited for. */
async function take(
  body: AsyncIterable<Buffer>,
  length: number,
): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let count = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    count += chunk.length;
    if (count >= length) break;
  }
  return new Uint8Array(Buffer.concat(chunks)).subarray(0, length);
}
