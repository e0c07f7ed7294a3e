// Builds the images that the contract tests send; nothing is read from disk.

import { crc32 } from "node:zlib";

import sharp from "sharp";
import type { Sharp } from "sharp";

export { noise } from "../src/codecs/noise.fixture.ts";

export interface Rgb {
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

export const RED: Rgb = { r: 255, g: 0, b: 0 };
export const GRAY: Rgb = { r: 128, g: 128, b: 128 };

/** A picture of one color, not yet encoded. */
export function solid(
  width: number,
  height: number,
  color: Rgb & { readonly alpha?: number } = GRAY,
): Sharp {
  const channels = color.alpha === undefined ? 3 : 4;
  return sharp({ create: { width, height, channels, background: color } });
}

/** Slopes, edges and a little grain: what a photo is to an encoder. */
export function photo(width: number, height: number): Sharp {
  const data = new Uint8Array(width * height * 3);
  let state = 88172645;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      const grain = ((state >>> 24) & 15) - 8;
      const edge = (x >> 4) % 3 === (y >> 5) % 3 ? 40 : 0;
      const at = (y * width + x) * 3;
      data[at] = clamp(60 + (120 * x) / width + edge + grain);
      data[at + 1] = clamp(80 + (100 * y) / height + grain);
      data[at + 2] = clamp(150 - (90 * x) / width + edge / 2 + grain);
    }
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}

function clamp(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)));
}

/** Four colors that survive any encoder's loss, clockwise from top left by reading order. */
export const QUADRANTS: readonly [Rgb, Rgb, Rgb, Rgb] = [
  { r: 230, g: 20, b: 20 },
  { r: 20, g: 200, b: 20 },
  { r: 20, g: 20, b: 230 },
  { r: 240, g: 240, b: 240 },
];

/** The four quadrants, in a raster of width × height. */
export async function quadrants(width: number, height: number): Promise<Sharp> {
  const half = { width: width / 2, height: height / 2 };
  const tiles = await Promise.all(
    QUADRANTS.map(async (color, index) => ({
      input: await solid(half.width, half.height, color).png().toBuffer(),
      left: (index % 2) * half.width,
      top: Math.floor(index / 2) * half.height,
    })),
  );
  const png = await solid(width, height).composite(tiles).png().toBuffer();
  return sharp(png);
}

export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly at: (x: number, y: number) => Rgb;
}

/** A file's pixels as RGB, alpha left out. */
export async function pixelsOf(file: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(file)
    .toColourspace("srgb")
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return {
    width,
    height,
    at: (x, y) => {
      const at = (Math.floor(y) * width + Math.floor(x)) * channels;
      return { r: data[at]!, g: data[at + 1]!, b: data[at + 2]! };
    },
  };
}

/** The largest difference of one channel. */
export function distance(a: Rgb, b: Rgb): number {
  return Math.max(
    Math.abs(a.r - b.r),
    Math.abs(a.g - b.g),
    Math.abs(a.b - b.b),
  );
}

/** EXIF with a maker, an author and a place, as sharp's withExif takes it. */
export const CAMERA_EXIF = {
  IFD0: { Make: "Contract", Copyright: "The Tests" },
  IFD3: { GPSLatitudeRef: "N", GPSLatitude: "51/1 30/1 0/1" },
};

/** A PNG that claims any size and holds next to nothing. */
export function pngClaiming(width: number, height: number): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    pngChunk("IHDR", header),
    pngChunk("IDAT", Buffer.from("789c030000000001", "hex")),
    pngChunk("IEND", Buffer.alloc(0)),
  ]);
}

function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}
