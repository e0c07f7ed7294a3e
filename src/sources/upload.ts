// Takes an upload in: the client's own stream, whose failures are the client's.

import type { Readable } from "node:stream";

import { ServiceError } from "../errors.ts";
import type { StoredFile } from "./source.ts";
import { writeCounted } from "./write.ts";

/**
 * Writes `stream` to `path`. Throws as `writeCounted` does, and
 * `client_closed` when the sender leaves.
 */
export async function receiveUpload(
  stream: Readable,
  path: string,
  maxBytes: number,
  take?: (bytes: number) => void,
): Promise<StoredFile> {
  try {
    return await writeCounted(stream, path, maxBytes, take);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ECONNRESET" && code !== "ERR_STREAM_PREMATURE_CLOSE")
      throw error;
    throw new ServiceError(
      "client_closed",
      "The client closed the connection.",
      {},
      { cause: error },
    );
  }
}
