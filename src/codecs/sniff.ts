// Names a file's format by its magic bytes, never by its name or declared type.

import { ServiceError } from "../errors.ts";
import type { ByteReader } from "./containers/reader.ts";
import type { Codec } from "./codec.ts";
import { ALL_CODECS } from "./table.ts";

/** Bytes that every row's magic is found in; HEIF brands may need the most. */
const HEAD_BYTES = 4096;

/** Formats we do not take, so that the refusal can name them: magic in Latin-1 at an offset. */
const STRANGERS: readonly (readonly [
  name: string,
  offset: number,
  magic: string,
])[] = [
  ["jp2", 4, "jP  \r\n\x87\n"],
  ["xml", 0, "<?xml"],
  ["ico", 0, "\0\0\x01\0"],
  ["psd", 0, "8BPS"],
  ["pdf", 0, "%PDF"],
  ["zip", 0, "PK\x03\x04"],
  ["mp4", 4, "ftyp"],
  ["html", 0, "<!DOCTYPE"],
];

/**
 * The row a file belongs to. Throws `bad_request` when the file is empty and
 * `unsupported_format`, naming what was found where it can, when no row takes it.
 */
export async function sniff(reader: ByteReader): Promise<Codec> {
  const head = await reader.read(0, HEAD_BYTES);
  if (head.length === 0) {
    throw new ServiceError("bad_request", "The file is empty.", {
      field: "file",
    });
  }
  const codec = ALL_CODECS.find(({ matches }) => matches(head));
  if (codec !== undefined) return codec;
  const detected = strangerName(head);
  throw new ServiceError(
    "unsupported_format",
    detected === null
      ? "The file is not an image of any format known here."
      : `${detected.toUpperCase()} files are not supported.`,
    { detected },
  );
}

function strangerName(head: Uint8Array): string | null {
  const text = Buffer.from(head.subarray(0, 64)).toString("latin1");
  const found = STRANGERS.find(([, offset, magic]) =>
    text.startsWith(magic, offset),
  );
  return found?.[0] ?? null;
}
