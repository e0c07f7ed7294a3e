// Decides what an object may be called, and what it is called when nobody says.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

import { ServiceError } from "../errors.ts";

/** S3's longest key, in bytes of UTF-8; Google's is the same. */
const MAX_KEY_BYTES = 1024;

/** The longest that is generated: two digests, a size of five digits, an extension of four letters. */
export const GENERATED_KEY_BYTES = 52;

/** A key, or the folder for one. Throws `bad_request` naming `field` when it could name another place than it seems to. */
export function checkKey(key: string, field: string): string {
  const bad = (message: string): ServiceError =>
    new ServiceError("bad_request", `${field} ${message}`, { field });
  if (key === "") throw bad("is empty.");
  if (Buffer.byteLength(key) > MAX_KEY_BYTES)
    throw bad(`is longer than ${MAX_KEY_BYTES} bytes.`);
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f-\u009f]/.test(key))
    throw bad("holds control characters.");
  if (!key.isWellFormed()) throw bad("is not valid text.");
  if (key.startsWith("/")) throw bad("begins with a slash.");
  if (key.includes("\\")) throw bad("holds a backslash.");
  const parts = key.split("/");
  if (parts.some((part) => part === "." || part === ".."))
    throw bad('holds "." or ".." as a part.');
  if (parts.slice(0, -1).includes("")) throw bad("holds an empty part.");
  return key;
}

/** Buckets by the rules that S3, R2 and Google share. Throws `bad_request`. */
export function checkBucket(bucket: string, field: string): string {
  if (/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/.test(bucket)) return bucket;
  throw new ServiceError(
    "bad_request",
    `${field} is not a bucket's name: lower-case letters, digits, dots, dashes and underscores.`,
    { field },
  );
}

/** `<sha256 of input, 32 digits>_<size>_<sha256 of output, 8 digits>.<extension>`: equal for equal work. */
export async function generatedKey(
  inputPath: string,
  outputPath: string,
  size: number | undefined,
  extension: string,
): Promise<string> {
  const [input, output] = await Promise.all([
    digestOf(inputPath),
    digestOf(outputPath),
  ]);
  return `${input.slice(0, 32)}_${size ?? "orig"}_${output.slice(0, 8)}.${extension}`;
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path))
    hash.update(chunk as Buffer);
  return hash.digest("hex");
}
