// Stores images of up to 256 colors, all of them together, as indices into one palette; reduces no colors.

import type { Coded } from "./assemble.ts";
import { deflateRows } from "./deflate.ts";
import { PALETTE, rowBytes } from "./image-header.ts";
import { RGBA } from "./rgba.ts";

/** 8-bit RGBA pixels of a rectangle. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** The same, as the rooms that draw and score take them. */
export function samplesOf({ width, height, pixels }: Picture) {
  return { width, height, channels: RGBA, data: pixels } as const;
}

export const MAX_COLORS = 256;

/** Copied where they do not lie on a multiple of 4 bytes. */
function colorsOf(pixels: Uint8Array): Uint32Array {
  const { buffer, byteOffset, length } =
    pixels.byteOffset % RGBA === 0 ? pixels : Uint8Array.from(pixels);
  return new Uint32Array(buffer, byteOffset, length / RGBA);
}

/** The distinct colors of all pictures, or undefined when there are more than 256. Invisible pixels count as one color. */
function distinct(pictures: readonly Picture[]): Set<number> | undefined {
  const found = new Set<number>();
  let last: number | undefined;
  for (const { pixels } of pictures) {
    for (const color of colorsOf(pixels)) {
      if (color === last) continue;
      last = color;
      found.add(visible(color));
      if (found.size > MAX_COLORS) return undefined;
    }
  }
  return found;
}

/** Whether all pictures together have more than 256 colors. */
export function hasManyColors(pictures: readonly Picture[]): boolean {
  return distinct(pictures) === undefined;
}

/** Read as little-endian numbers, RGBA has its alpha in the high byte. */
function visible(color: number): number {
  return color >>> 24 === 0 ? 0 : color;
}

/** The pictures as palette images that share one palette; undefined when they have more than 256 colors. */
export function indexPictures(
  pictures: readonly Picture[],
): Coded[] | undefined {
  const found = distinct(pictures);
  if (!found) return undefined;
  // Translucent entries first: tRNS ends with the last of them.
  const entries = [...found].toSorted(
    (a, b) => (a >>> 24) - (b >>> 24) || luma(a) - luma(b),
  );
  const indices = new Map(entries.map((color, index) => [color, index]));
  const palette = new Uint8Array(
    entries.flatMap((color) => [
      color & 255,
      (color >>> 8) & 255,
      (color >>> 16) & 255,
    ]),
  );
  const alphas = entries.map((color) => color >>> 24);
  const transparency = alphas.filter((alpha) => alpha < 255);
  const bitDepth = depthFor(entries.length);
  return pictures.map((picture) => {
    const header = {
      width: picture.width,
      height: picture.height,
      bitDepth,
      colorType: PALETTE,
      interlaced: false,
    };
    const length = rowBytes(header);
    const rows = new Uint8Array(length * picture.height);
    const perByte = 8 / bitDepth;
    for (const [at, color] of colorsOf(picture.pixels).entries()) {
      const y = Math.floor(at / picture.width);
      const x = at - y * picture.width;
      const to = y * length + Math.floor(x / perByte);
      const index = indices.get(visible(color)) ?? 0;
      rows[to] =
        (rows[to] ?? 0) | (index << (8 - bitDepth * ((x % perByte) + 1)));
    }
    return {
      header,
      palette,
      ...(transparency.length > 0 && {
        transparency: Uint8Array.from(transparency),
      }),
      data: deflateRows(rows, header, 0),
    };
  });
}

function luma(color: number): number {
  return (color & 255) * 2 + ((color >>> 8) & 255) * 5 + ((color >>> 16) & 255);
}

function depthFor(colors: number): number {
  if (colors <= 2) return 1;
  if (colors <= 4) return 2;
  return colors <= 16 ? 4 : 8;
}
