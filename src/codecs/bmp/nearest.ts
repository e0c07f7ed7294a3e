// Gives every pixel of a picture of flat colors its nearest palette entry; each color is searched for once.

import type { Indexed } from "./colors.ts";
import type { Raster } from "./raster.ts";

/** The picture by another's palette. */
export function byPalette(
  { width, height, channels, data }: Raster,
  { palette, colors }: Indexed,
): Indexed {
  const indices = new Uint8Array(width * height);
  const known = new Map<number, number>();
  for (let pixel = 0, at = 0; pixel < indices.length; pixel++, at += channels) {
    const color = (data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!;
    let index = known.get(color);
    if (index === undefined) {
      index = nearest(color, palette, colors);
      known.set(color, index);
    }
    indices[pixel] = index;
  }
  return { width, height, palette, colors, indices };
}

function nearest(color: number, palette: Uint8Array, colors: number): number {
  let best = 0;
  let least = Infinity;
  for (let index = 0; index < colors; index++) {
    const red = (color >> 16) - palette[index * 3]!;
    const green = ((color >> 8) & 255) - palette[index * 3 + 1]!;
    const blue = (color & 255) - palette[index * 3 + 2]!;
    const distance = red * red + green * green + blue * blue;
    if (distance < least) {
      least = distance;
      best = index;
    }
  }
  return best;
}
