// Turns coded PNG images of any kind into 8-bit RGBA pixels, in the color space they are stored in.

import type { Coded } from "./assemble.ts";
import { PALETTE, rowBytes, samplesOf } from "./image-header.ts";
import { packed, readRows } from "./scanlines.ts";

/** Bytes of a pixel as given here. */
export const RGBA = 4;

/** The pixels, rows top to bottom; 16-bit samples keep their high byte. Throws `invalid_image` when the data are broken. */
export function readRgba(coded: Coded): Uint8Array {
  return rgbaOf(readRows(coded.data, coded.header), coded);
}

/** The same of rows that have been read. */
export function rgbaOf(
  rows: Uint8Array,
  coded: Omit<Coded, "data">,
): Uint8Array {
  const { header } = coded;
  const { bitDepth, colorType } = header;
  if (bitDepth <= 8 && samplesOf(header) === 1) return byEntry(rows, coded);
  const key = keyOf(coded);
  if (bitDepth > 8 || key) return bySample(rows, header, key);
  return colorType === 6 ? rows : widened(rows, header);
}

/** Of 8-bit samples, color or gray with alpha, none of them transparent by its color. */
function widened(
  rows: Uint8Array,
  { width, height, colorType }: Coded["header"],
): Uint8Array {
  const pixels = new Uint8Array(width * height * RGBA);
  const isColor = (colorType & 2) !== 0;
  if (isColor) {
    pixels.fill(255);
    for (let from = 0, to = 0; to < pixels.length; from += 3, to += RGBA) {
      pixels[to] = rows[from]!;
      pixels[to + 1] = rows[from + 1]!;
      pixels[to + 2] = rows[from + 2]!;
    }
  } else {
    for (let from = 0, to = 0; to < pixels.length; from += 2, to += RGBA) {
      const gray = rows[from]!;
      pixels[to] = gray;
      pixels[to + 1] = gray;
      pixels[to + 2] = gray;
      pixels[to + 3] = rows[from + 1]!;
    }
  }
  return pixels;
}

/** Of one sample a pixel: what stands for it in a table. */
function byEntry(rows: Uint8Array, coded: Omit<Coded, "data">): Uint8Array {
  const { header } = coded;
  const { width, height, bitDepth } = header;
  const length = rowBytes(header);
  const colors = new Uint32Array(entriesOf(coded).buffer);
  const pixels = new Uint32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const index =
        bitDepth === 8
          ? rows[y * length + x]!
          : packed(rows, y * length, x, bitDepth);
      pixels[y * width + x] = colors[index]!;
    }
  }
  return new Uint8Array(pixels.buffer);
}

/** Of samples of any depth, one color of which may be transparent. */
function bySample(
  rows: Uint8Array,
  header: Coded["header"],
  key: readonly number[] | undefined,
): Uint8Array {
  const { width, height, bitDepth, colorType } = header;
  const samples = samplesOf(header);
  const bytes = bitDepth === 16 ? 2 : 1;
  const pixels = new Uint8Array(width * height * RGBA);
  const isColor = (colorType & 2) !== 0;
  const step = samples * bytes;
  for (let from = 0, to = 0; to < pixels.length; from += step, to += RGBA) {
    const sample = (index: number): number => rows[from + index * bytes] ?? 0;
    pixels[to] = sample(0);
    pixels[to + 1] = sample(isColor ? 1 : 0);
    pixels[to + 2] = sample(isColor ? 2 : 0);
    const isKey = key?.every((byte, index) => rows[from + index] === byte);
    pixels[to + 3] =
      colorType & 4 ? sample(isColor ? 3 : 1) : isKey === true ? 0 : 255;
  }
  return pixels;
}

/** RGBA of every value a sample of up to 8 bits may have. */
function entriesOf({
  header,
  palette,
  transparency,
}: Omit<Coded, "data">): Uint8Array {
  const count = 2 ** header.bitDepth;
  const colors = new Uint8Array(count * RGBA).fill(255);
  const isPalette = header.colorType === PALETTE;
  const keyed = isPalette ? -1 : (transparency?.[1] ?? -1);
  for (let index = 0; index < count; index++) {
    const gray = Math.round((index * 255) / (count - 1));
    for (let channel = 0; channel < 3; channel++)
      colors[index * RGBA + channel] = isPalette
        ? (palette?.[index * 3 + channel] ?? 0)
        : gray;
    if (isPalette) colors[index * RGBA + 3] = transparency?.[index] ?? 255;
    else if (index === keyed) colors[index * RGBA + 3] = 0;
  }
  return colors;
}

/** The bytes of the one transparent color, as they stand in a pixel; undefined when there is none. */
function keyOf({
  header,
  transparency,
}: Omit<Coded, "data">): number[] | undefined {
  if (!transparency || header.colorType & 4) return undefined;
  const bytes = [...transparency];
  return header.bitDepth === 16
    ? bytes
    : bytes.filter((_, index) => index % 2 === 1);
}
