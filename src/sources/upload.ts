// Streams an upload into the workspace, counted as it comes; holds none of it in memory.

import { createWriteStream } from "node:fs";
import type { Readable } from "node:stream";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";

import { ServiceError } from "../errors.ts";
import type { StoredFile } from "./source.ts";

/**
 * Writes `stream` to `path`. Throws `file_too_large` as soon as more than
 * `maxBytes` have come, `client_closed` when the sender leaves, and
 * `service_overloaded` when the workspace is full.
 */
export async function receiveUpload(
  stream: Readable,
  path: string,
  maxBytes: number,
): Promise<StoredFile> {
  let bytes = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) done(tooLarge(bytes, maxBytes));
      else done(null, chunk);
    },
  });
  try {
    await pipeline(stream, counter, createWriteStream(path, { flags: "wx" }));
  } catch (error) {
    throw named(error);
  }
  return { path, bytes };
}

/** Refuses by a declared length what would be refused by count: before a byte is read. */
export function refuseDeclared(
  declaredBytes: number | undefined,
  maxBytes: number,
): void {
  if (declaredBytes !== undefined && declaredBytes > maxBytes) {
    throw tooLarge(declaredBytes, maxBytes);
  }
}

function tooLarge(bytes: number, maxBytes: number): ServiceError {
  return new ServiceError(
    "file_too_large",
    `The file is larger than the ${Math.floor(maxBytes / 1024 ** 2)} MB allowed.`,
    { file_size: bytes, limit: maxBytes },
  );
}

function named(error: unknown): unknown {
  if (error instanceof ServiceError) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new ServiceError(
      "service_overloaded",
      "The workspace is full; try again shortly.",
      { retry_after: 5 },
      { cause: error },
    );
  }
  if (code === "ECONNRESET" || code === "ERR_STREAM_PREMATURE_CLOSE") {
    return new ServiceError(
      "client_closed",
      "The client closed the connection.",
      {},
      { cause: error },
    );
  }
  return error;
}
