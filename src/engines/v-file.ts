// Leaves a raw libvips `.v` file no metadata but the color profile its pixels are in; the pixels themselves are not read.

import { open } from "node:fs/promises";

/** Header layout of libvips' own format, little-endian: magic, then width, height and bands as 32-bit integers, band format at 20. */
const HEADER_BYTES = 64;
const MAGIC_LITTLE_ENDIAN = 0x08f2a6b6;

/** Bytes of one sample by VipsBandFormat; only those the decoders write. */
const SAMPLE_BYTES: Readonly<Record<number, number>> = { 0: 1, 2: 2, 6: 4 };

/**
 * Replaces whatever metadata follows the pixels of the `.v` file at `path` by
 * `profile` alone, or by nothing: the reader converts from it, and no
 * orientation that the decoder has obeyed already is obeyed again. Throws a plain Error
 * when the file is not one of our decoders'.
 */
export async function setRawProfile(
  path: string,
  profile: Uint8Array | undefined,
): Promise<void> {
  const file = await open(path, "r+");
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    await file.read(header, 0, HEADER_BYTES, 0);
    const sample = SAMPLE_BYTES[header.readInt32LE(20)];
    if (header.readUInt32LE(0) !== MAGIC_LITTLE_ENDIAN || sample === undefined)
      throw new Error("not a little-endian .v file of integer samples");
    const pixels =
      header.readInt32LE(4) * header.readInt32LE(8) * header.readInt32LE(12);
    const end = HEADER_BYTES + pixels * sample;
    await file.truncate(end);
    if (profile) await file.write(metadataOf(profile), end);
  } finally {
    await file.close();
  }
}

function metadataOf(profile: Uint8Array): string {
  const blob = Buffer.from(profile).toString("base64");
  return `<?xml version="1.0"?>
<root xmlns="http://www.vips.ecs.soton.ac.uk/vips/8.14.1">
  <header></header>
  <meta>
    <field type="VipsBlob" name="icc-profile-data">${blob}</field>
  </meta>
</root>
`;
}
