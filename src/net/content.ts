// Decides how a fetched body's content codings are taken off; how much may come out is for its reader to count.

import type { Transform } from "node:stream";
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
} from "node:zlib";

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/** Origins use one; each more is another bomb's fuse. */
const MAX_CODINGS = 2;

/**
 * Streams that undo a `content-encoding`, in order; undefined when one of its
 * codings is not known, or there are too many.
 */
export function decodersOf(encoding: unknown): Transform[] | undefined {
  const codings = (typeof encoding === "string" ? encoding : "")
    .split(",")
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== "" && coding !== "identity");
  const isKnown = codings.every((coding) => Object.hasOwn(DECODERS, coding));
  if (codings.length > MAX_CODINGS || !isKnown) return undefined;
  return codings.toReversed().map((coding) => DECODERS[coding]!());
}
