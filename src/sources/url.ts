// Takes an image in from a URL: judged by its first bytes, so that what is no image is not fetched whole.

import { ServiceError } from "../errors.ts";
import type { Fetcher } from "../net/fetch.ts";
import type { StoredFile } from "./source.ts";
import { refuseDeclared, writeCounted } from "./write.ts";

/** Bytes that a format is told by. */
const HEAD_BYTES = 4096;

export interface UrlRequest {
  readonly url: string;
  /** The option that names it. */
  readonly field: string;
  readonly path: string;
  readonly maxBytes: number;
  /** Told of bytes as they arrive; throws when there is no room for them. */
  readonly take?: (bytes: number) => void;
  /** Throws when a file that begins so is not wanted. */
  readonly judgeHead: (head: Uint8Array) => Promise<void>;
}

/** Throws as `Fetcher.get` does (`url_fetch_failed` for nothing at all, too), `file_too_large`, `service_overloaded`, and what `judgeHead` throws. */
export async function receiveUrl(
  fetcher: Fetcher,
  { url, field, path, maxBytes, take, judgeHead }: UrlRequest,
  signal: AbortSignal,
): Promise<StoredFile> {
  const { body, declaredBytes, named } = await fetcher.get(url, field, signal);
  try {
    refuseDeclared(declaredBytes, maxBytes);
    return await writeCounted(judged(body, judgeHead), path, maxBytes, take);
  } catch (error) {
    body.destroy();
    throw error instanceof ServiceError ? error : named(error);
  }
}

/** Lets bytes through once their beginning has been judged. */
async function* judged(
  body: AsyncIterable<Buffer>,
  judge: (head: Uint8Array) => Promise<void>,
): AsyncGenerator<Buffer, void, undefined> {
  let held: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of body) {
    if (!held) {
      yield chunk;
      continue;
    }
    held = Buffer.concat([held, chunk]);
    if (held.length < HEAD_BYTES) continue;
    await judge(held.subarray(0, HEAD_BYTES));
    yield held;
    held = undefined;
  }
  if (!held) return;
  if (held.length === 0) throw new Error("nothing came");
  await judge(held);
  yield held;
}
