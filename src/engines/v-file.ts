// Writes raw libvips `.v` files, and leaves those that decoders wrote no metadata but the color profile their pixels are in.

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
    if ((await file.stat()).size < end) throw new Error("pixels are missing");
    await file.truncate(end);
    if (profile) await file.write(metadataOf(profile), end);
  } finally {
    await file.close();
  }
}

/** VipsInterpretation of 1 to 4 channels: gray, or sRGB. */
const INTERPRETATIONS = { 1: 1, 2: 1, 3: 22, 4: 22 } as const;
/** And of 16 bits. */
const DEEP_INTERPRETATIONS = { 1: 26, 2: 26, 3: 25, 4: 25 } as const;
/** VipsBandFormat of 16-bit samples. */
const USHORT = 2;

/** Writes 8- or 16-bit interleaved pixels, and the profile they are in, where sharp can open them. */
export async function writeRaw(
  path: string,
  picture: {
    readonly data: Uint8Array | Uint16Array;
    readonly width: number;
    readonly height: number;
    readonly channels: 1 | 2 | 3 | 4;
  },
  profile?: Uint8Array,
): Promise<void> {
  const { data, width, height, channels } = picture;
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(MAGIC_LITTLE_ENDIAN, 0);
  header.writeInt32LE(width, 4);
  header.writeInt32LE(height, 8);
  header.writeInt32LE(channels, 12);
  const isDeep = data instanceof Uint16Array;
  header.writeInt32LE(isDeep ? USHORT : 0, 20);
  const interpretations = isDeep ? DEEP_INTERPRETATIONS : INTERPRETATIONS;
  header.writeInt32LE(interpretations[channels], 28);
  // One pixel a millimeter, libvips' own default: 0 would be impossible.
  header.writeFloatLE(1, 32);
  header.writeFloatLE(1, 36);
  const file = await open(path, "w");
  try {
    await file.writeFile(header);
    await file.writeFile(data);
    if (profile) await file.writeFile(metadataOf(profile));
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
