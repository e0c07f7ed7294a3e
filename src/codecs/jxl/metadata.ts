// Takes the metadata out of a JPEG XL in memory and puts metadata in; decides neither what is kept nor what it should say.

import { withoutExifPrefix } from "../containers/exif.ts";
import { walkBytes } from "../containers/walk.ts";
import type { Embedded, Metadata } from "../metadata.ts";
import { walkBlock } from "./blocks.ts";
import { walkJxl } from "./boxes.ts";
import { rebuild } from "./rebuild.ts";

/** JPEG XL has no home for these; a profile is part of the coded picture, the encoder's to write. */
const HOMELESS = ["iptc", "extendedXmp", "comments", "icc"] as const;

/** Reads EXIF and XMP. A profile lies entropy-coded in the picture: decoders hand it out. Throws `invalid_image` when the file is no JPEG XL. */
export function readMetadata(file: Uint8Array): Metadata {
  const found = walkBytes(file, walkJxl(file.length));
  const exif = walkBytes(file, walkBlock(found, "Exif"));
  const xmp = walkBytes(file, walkBlock(found, "xml "));
  return {
    ...(exif && { exif: withoutExifPrefix(exif) }),
    ...(xmp && { xmp }),
  };
}

/**
 * The file with EXIF and XMP boxes put in; a kind that is given replaces the
 * file's own, and with it go the data by which a JPEG could be made again to the
 * byte, since they count on the old ones. The rest of `metadata` is dropped.
 * Throws `invalid_image` when the file is no JPEG XL.
 */
export function writeMetadata(
  file: Uint8Array,
  { exif, xmp, ...rest }: Metadata,
): Embedded {
  const own = readMetadata(file);
  const given = {
    ...own,
    ...(exif && { exif: withoutExifPrefix(exif) }),
    ...(xmp && { xmp }),
  };
  const dropped = HOMELESS.filter((kind) => rest[kind] !== undefined);
  if (!exif && !xmp) return { bytes: file, dropped };
  const isKept = (type: string): boolean =>
    !["Exif", "xml ", "brob", "jbrd"].includes(type);
  return { bytes: rebuild(file, isKept, given), dropped };
}
