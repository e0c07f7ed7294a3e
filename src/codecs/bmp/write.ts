// Writes a BMP file around its pixels: the shortest header that says all there is to say.

import {
  COLOR_SPACE,
  FILE_HEADER_BYTES,
  INFO_HEADER,
  PROFILE_EMBEDDED,
  V4_HEADER,
  V5_HEADER,
} from "./info-header.ts";
import type { Layout, Masks } from "./layout.ts";

/** biCompression. */
export const COMPRESSION = { rows: 0, rle8: 1, rle4: 2, masks: 3 } as const;

export interface BmpFile {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bitCount: number;
  readonly compression: number;
  /** Declared masks; with alpha they need a V4 header. */
  readonly masks?: Masks;
  /** Triples of red, green and blue. */
  readonly palette?: Uint8Array;
  /** Rows or codes as they go into the file. */
  readonly pixels: Uint8Array;
  readonly perMeter: Layout["perMeter"];
  readonly profile?: Uint8Array;
  /** Endpoints and gamma of a calibrated color space. */
  readonly calibration?: Uint8Array;
  /** Data that go behind all else. */
  readonly trailing?: Uint8Array;
}

/** LCS_sRGB, what a picture without profile or calibration is in. */
const SRGB = 0x73524742;
/** LCS_GM_IMAGES: perceptual, as ImageMagick and Photoshop write. */
const INTENT_IMAGES = 4;

/**
 * The file: a 40-byte header, V4 for alpha or a calibrated color space, V5 for a
 * profile, which goes behind the pixels. File size, image size and color count
 * are always told; readers that trust them exist.
 */
export function writeBmp(file: BmpFile): Uint8Array {
  const { masks, pixels, palette, profile, trailing } = file;
  const headerBytes = profile
    ? V5_HEADER
    : masks?.alpha || file.calibration
      ? V4_HEADER
      : INFO_HEADER;
  const maskBytes =
    file.compression === COMPRESSION.masks && headerBytes === INFO_HEADER
      ? 12
      : 0;
  const colors = (palette?.length ?? 0) / 3;
  const dataOffset = FILE_HEADER_BYTES + headerBytes + maskBytes + colors * 4;
  const head = Buffer.alloc(dataOffset);
  const parts = [head, pixels, profile, trailing].filter(
    (part) => part !== undefined,
  );
  const total = parts.reduce((sum, { length }) => sum + length, 0);

  head.write("BM", 0, "latin1");
  head.writeUInt32LE(total, 2);
  head.writeUInt32LE(dataOffset, 10);
  const info = head.subarray(FILE_HEADER_BYTES);
  info.writeUInt32LE(headerBytes, 0);
  info.writeInt32LE(file.width, 4);
  info.writeInt32LE(file.topDown ? -file.height : file.height, 8);
  info.writeUInt16LE(1, 12);
  info.writeUInt16LE(file.bitCount, 14);
  info.writeUInt32LE(file.compression, 16);
  info.writeUInt32LE(pixels.length, 20);
  info.writeInt32LE(file.perMeter.x, 24);
  info.writeInt32LE(file.perMeter.y, 28);
  info.writeUInt32LE(colors, 32);
  if (masks && (maskBytes > 0 || headerBytes > INFO_HEADER)) {
    const words = [masks.red, masks.green, masks.blue];
    if (headerBytes > INFO_HEADER) words.push(masks.alpha);
    words.forEach((word, index) =>
      info.writeUInt32LE(word, INFO_HEADER + 4 * index),
    );
  }
  if (headerBytes > INFO_HEADER) writeColorSpace(info, file, pixels.length);
  if (palette) writePalette(head.subarray(dataOffset - colors * 4), palette);
  return new Uint8Array(Buffer.concat(parts, total));
}

function writeColorSpace(
  info: Buffer,
  { profile, calibration }: BmpFile,
  pixelBytes: number,
): void {
  if (calibration && !profile) {
    info.set(calibration, COLOR_SPACE.calibration);
  } else {
    info.writeUInt32LE(profile ? PROFILE_EMBEDDED : SRGB, COLOR_SPACE.type);
  }
  if (!profile) return;
  info.writeUInt32LE(INTENT_IMAGES, COLOR_SPACE.intent);
  info.writeUInt32LE(info.length + pixelBytes, COLOR_SPACE.profileOffset);
  info.writeUInt32LE(profile.length, COLOR_SPACE.profileBytes);
}

function writePalette(table: Buffer, palette: Uint8Array): void {
  for (let color = 0, at = 0; at < palette.length; color += 4, at += 3) {
    table[color] = palette[at + 2]!;
    table[color + 1] = palette[at + 1]!;
    table[color + 2] = palette[at]!;
  }
}
