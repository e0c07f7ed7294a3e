// Writes BMP files, uncompressed and bottom-up, which no library here does; decides their layout, not which pictures become BMP.

import type { Raster } from "../picture.ts";

const FILE_HEADER = 14;
/** BITMAPINFOHEADER, and BITMAPV4HEADER, which adds masks and color space ([MS-WMF] 2.2.2.3 and 2.2.2.4). */
const INFO_HEADER = 40;
const V4_HEADER = 108;
const BI_RGB = 0;
const BI_BITFIELDS = 3;
/** 72 dots per inch, in dots per meter. */
const DENSITY = 2835;
const PALETTE_ENTRIES = 256;

interface Layout {
  readonly header: number;
  readonly bitsPerPixel: 8 | 24 | 32;
  readonly compression: number;
  readonly palette: readonly number[];
}

/** 24 bits a pixel; alpha is dropped. */
export function bmp24(raster: Raster): Uint8Array {
  const layout = {
    header: INFO_HEADER,
    bitsPerPixel: 24,
    palette: [],
  } as const;
  return assemble(
    raster,
    { ...layout, compression: BI_RGB },
    (bytes, at, color) => {
      bytes.writeUIntLE(color & 0xffffff, at, 3);
    },
  );
}

/** 32 bits a pixel with straight alpha, said by the masks of a version 4 header. */
export function bmp32(raster: Raster): Uint8Array {
  const layout = { header: V4_HEADER, bitsPerPixel: 32, palette: [] } as const;
  const bytes = assemble(
    raster,
    { ...layout, compression: BI_BITFIELDS },
    (target, at, color) => target.writeUInt32LE(color, at),
  );
  [0xff0000, 0xff00, 0xff, 0xff000000].forEach((mask, index) =>
    bytes.writeUInt32LE(mask, FILE_HEADER + INFO_HEADER + index * 4),
  );
  bytes.writeUInt32LE(0x73524742, FILE_HEADER + INFO_HEADER + 16); // LCS_sRGB
  return bytes;
}

/** 8 bits a pixel with the picture's own colors. Throws a `RangeError` when it has more than 256. */
export function bmp8(raster: Raster): Uint8Array {
  const indices = new Map<number, number>();
  eachPixel(raster, (_x, _y, color) => {
    if (!indices.has(color)) indices.set(color, indices.size);
  });
  if (indices.size > PALETTE_ENTRIES) {
    throw new RangeError(`${indices.size} colors do not fit into a palette.`);
  }
  const layout = { header: INFO_HEADER, bitsPerPixel: 8 } as const;
  return assemble(
    raster,
    { ...layout, compression: BI_RGB, palette: [...indices.keys()] },
    (bytes, at, color) => bytes.writeUInt8(indices.get(color) ?? 0, at),
  );
}

function assemble(
  raster: Raster,
  { header, bitsPerPixel, compression, palette }: Layout,
  put: (bytes: Buffer, at: number, color: number) => void,
): Buffer {
  const { width, height } = raster;
  const stride = Math.ceil((width * bitsPerPixel) / 32) * 4;
  const start = FILE_HEADER + header + palette.length * 4;
  const bytes = Buffer.alloc(start + stride * height);
  bytes.write("BM", "latin1");
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(start, 10);
  bytes.writeUInt32LE(header, 14);
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(height, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(bitsPerPixel, 28);
  bytes.writeUInt32LE(compression, 30);
  bytes.writeUInt32LE(stride * height, 34);
  bytes.writeInt32LE(DENSITY, 38);
  bytes.writeInt32LE(DENSITY, 42);
  bytes.writeUInt32LE(palette.length, 46);
  palette.forEach((color, index) =>
    bytes.writeUInt32LE(color & 0xffffff, FILE_HEADER + header + index * 4),
  );
  eachPixel(raster, (x, y, color) => {
    const row = start + (height - 1 - y) * stride;
    put(bytes, row + (x * bitsPerPixel) / 8, color);
  });
  return bytes;
}

/** Visits the first frame; colors are unsigned 0xAARRGGBB, which little-endian writes as BGRA. */
function eachPixel(
  { width, height, channels, samples }: Raster,
  visit: (x: number, y: number, color: number) => void,
): void {
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += channels) {
      const alpha = channels === 4 ? (samples[at + 3] ?? 0) : 255;
      const red = samples[at] ?? 0;
      const green = samples[at + 1] ?? 0;
      const blue = samples[at + 2] ?? 0;
      visit(x, y, ((alpha << 24) | (red << 16) | (green << 8) | blue) >>> 0);
    }
  }
}

/** The size a BMP's header states, where the file is as long as it says; throws a `RangeError` where it is not. */
export function measureBmp(bytes: Buffer): { width: number; height: number } {
  const isWhole =
    bytes.toString("latin1", 0, 2) === "BM" &&
    bytes.readUInt32LE(2) === bytes.length &&
    bytes.readUInt32LE(10) + bytes.readUInt32LE(34) === bytes.length;
  if (!isWhole) throw new RangeError("The BMP is not as long as it says.");
  return { width: bytes.readInt32LE(18), height: bytes.readInt32LE(22) };
}
