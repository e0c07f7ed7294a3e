// Builds BMP files for tests field by field, sound and unsound, without the writer under test.

export interface Recipe {
  readonly width: number;
  /** Negative for top-down rows. */
  readonly height: number;
  readonly bitCount: number;
  readonly headerBytes?: number;
  readonly compression?: number;
  /** In a header of 52 bytes or more, or behind one of 40. */
  readonly masks?: readonly number[];
  /** Triples of red, green and blue. */
  readonly palette?: readonly number[];
  readonly colorsUsed?: number;
  readonly perMeter?: readonly [number, number];
  readonly gap?: number;
  readonly pixels: readonly number[] | Uint8Array;
  /** Instead of the true one. */
  readonly dataOffset?: number;
  readonly colorSpace?: number;
  readonly calibration?: readonly number[];
  readonly profile?: Uint8Array;
  readonly trailing?: Uint8Array;
}

export function bmpFile(recipe: Recipe): Uint8Array {
  const { width, height, bitCount, pixels, palette = [] } = recipe;
  const { headerBytes = 40, masks = [], profile, trailing } = recipe;
  const info = Buffer.alloc(headerBytes);
  info.writeUInt32LE(headerBytes, 0);
  if (headerBytes === 12) {
    info.writeUInt16LE(width, 4);
    info.writeUInt16LE(height, 6);
    info.writeUInt16LE(1, 8);
    info.writeUInt16LE(bitCount, 10);
  } else {
    info.writeInt32LE(width, 4);
    info.writeInt32LE(height, 8);
    info.writeUInt16LE(1, 12);
    info.writeUInt16LE(bitCount, 14);
    if (headerBytes >= 20) info.writeUInt32LE(recipe.compression ?? 0, 16);
  }
  if (headerBytes >= 40) {
    info.writeInt32LE(recipe.perMeter?.[0] ?? 0, 24);
    info.writeInt32LE(recipe.perMeter?.[1] ?? 0, 28);
    info.writeUInt32LE(recipe.colorsUsed ?? palette.length / 3, 32);
  }
  const words = Buffer.alloc(masks.length * 4);
  masks.forEach((mask, index) => words.writeUInt32LE(mask, index * 4));
  if (headerBytes >= 52) info.set(words, 40);
  const entry = headerBytes === 12 ? 3 : 4;
  const table = Buffer.alloc((palette.length / 3) * entry);
  for (let color = 0; color < palette.length / 3; color++) {
    const [red = 0, green = 0, blue = 0] = palette.slice(color * 3);
    table.set([blue, green, red], color * entry);
  }
  const parts = [
    info,
    headerBytes >= 52 ? Buffer.alloc(0) : words,
    table,
    Buffer.alloc(recipe.gap ?? 0, 0x67),
  ];
  const dataOffset = 14 + parts.reduce((sum, { length }) => sum + length, 0);
  if (headerBytes >= 108) info.writeUInt32LE(recipe.colorSpace ?? 0, 56);
  if (recipe.calibration) info.set(recipe.calibration, 60);
  if (profile) {
    info.writeUInt32LE(dataOffset - 14 + pixels.length, 112);
    info.writeUInt32LE(profile.length, 116);
  }
  const file = Buffer.alloc(14);
  file.write("BM");
  file.writeUInt32LE(recipe.dataOffset ?? dataOffset, 10);
  return new Uint8Array(
    Buffer.concat([
      file,
      ...parts,
      Uint8Array.from(pixels),
      profile ?? new Uint8Array(0),
      trailing ?? new Uint8Array(0),
    ]),
  );
}

/** "MBED" and "sRGB" as the color space field has them. */
export const EMBEDDED = 0x4d424544;
export const SRGB = 0x73524742;

/** Rows of 24 bits, bottom up, padded, of a top-down list of RGB triples. */
export function rows24(
  width: number,
  rgb: readonly number[] | Uint8Array,
): number[] {
  const height = rgb.length / 3 / width;
  const rows: number[] = [];
  for (let y = height - 1; y >= 0; y--) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      rows.push(rgb[at + 2] ?? 0, rgb[at + 1] ?? 0, rgb[at] ?? 0);
    }
    while (rows.length % 4 !== 0) rows.push(0);
  }
  return rows;
}
