// Writes what arrives into the workspace, counted as it comes; holds none of it in memory, and knows no sender.

import { createWriteStream } from "node:fs";
import { Transform } from "node:stream";
import type { Duplex, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { ServiceError } from "../errors.ts";
import { full } from "./file-ledger.ts";
import type { StoredFile } from "./source.ts";

/**
 * Runs `streams` into a new file at `path`. Throws `file_too_large` as soon as
 * more than `maxBytes` have come out of them, `service_overloaded` when the
 * workspace is full, what `take` throws when told of bytes, and any other
 * failure as it is.
 */
export async function writeCounted(
  streams: readonly [Readable, ...Duplex[]],
  path: string,
  maxBytes: number,
  take: (bytes: number) => void = () => undefined,
): Promise<StoredFile> {
  let bytes = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) return done(tooLarge(bytes, maxBytes));
      try {
        take(chunk.length);
      } catch (error) {
        return done(error as Error);
      }
      done(null, chunk);
    },
  });
  const file = createWriteStream(path, { flags: "wx" });
  try {
    await pipeline([...streams, counter, file]);
  } catch (error) {
    throw isFull(error) ? full(error) : error;
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

function isFull(error: unknown): boolean {
  const { code = "" } = error as NodeJS.ErrnoException;
  return code === "ENOSPC" || code === "EDQUOT";
}
