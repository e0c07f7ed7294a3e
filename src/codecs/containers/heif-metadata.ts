// Takes the metadata out of a HEIF file in memory and puts metadata in, AVIF and HEIC alike; the profile is read, not written.

import type { Embedded, Metadata } from "../metadata.ts";
import { latin1 } from "./cursor.ts";
import { withoutExifPrefix } from "./exif.ts";
import { walkExif, walkXmp } from "./heif-blocks.ts";
import { embedItems } from "./heif-embed.ts";
import { walkHeif } from "./heif-file.ts";
import { walkBytes } from "./walk.ts";

/** HEIF has no home for these; a profile is the encoder's to write, since it is a property of the coded picture. */
const HOMELESS = ["iptc", "extendedXmp", "comments", "icc"] as const;

/** Reads EXIF, XMP and the primary's ICC profile. Throws `invalid_image` when the file is no HEIF or its index is broken. */
export function readMetadata(file: Uint8Array): Metadata {
  const { meta } = walkBytes(file, walkHeif(file.length));
  if (!meta) return {};
  const exif = walkBytes(file, walkExif(meta));
  const xmp = walkBytes(file, walkXmp(meta));
  const icc = meta
    .properties(meta.primary)
    .filter(({ type }) => type === "colr")
    .map(({ content }) => content)
    .find((content) => /^(prof|rICC)/.test(latin1(content.subarray(0, 4))));
  return {
    ...(exif && { exif }),
    ...(xmp && { xmp }),
    ...(icc && { icc: icc.subarray(4) }),
  };
}

/**
 * The file with EXIF and XMP items put in; a kind that is given replaces the
 * file's own. `iptc`, `extendedXmp`, `comments` and `icc` are dropped, and for
 * a sequence everything is. Throws `invalid_image` when the file is no HEIF.
 */
export function writeMetadata(file: Uint8Array, metadata: Metadata): Embedded {
  const { exif, xmp } = metadata;
  const homeless = HOMELESS.filter((kind) => metadata[kind] !== undefined);
  if (!exif && !xmp) return { bytes: file, dropped: homeless };
  const bytes = embedItems(file, {
    exif: exif && withoutExifPrefix(exif),
    xmp,
  });
  if (bytes) return { bytes, dropped: homeless };
  const kinds = (["exif", "xmp"] as const).filter((kind) => metadata[kind]);
  return { bytes: file, dropped: [...kinds, ...homeless] };
}
