// Squares of a picture that stand for it, as they are: their colors must be the whole's, for a palette is made of them.

import type { RawPixels } from "../codec.ts";
import { activityOf, representatives } from "../sample/activity.ts";
import type { Picture } from "./palette.ts";
import { RGBA } from "./rgba.ts";

export interface Squares {
  readonly picture: Picture;
  /** Pixels of the whole for each one of the sample; 1 where the sample is the whole. */
  readonly scale: number;
}

/**
 * Of 32, 48 and 64 px, and bands of rows: told what a palette takes with 6, 4,
 * 5.5 and 8 % (standard deviations; ten photos of 0.4 MP, 0.057 MP of each).
 */
const EDGE = 48;

/** The picture in RGBA, or squares of about `pixels` in all where it has more. */
export function squaresOf(
  source: RawPixels,
  pixels: number,
  edge = EDGE,
): Squares {
  const { width, height } = source;
  const map = activityOf(source, edge);
  const count = pixels / edge ** 2;
  const side = Math.max(2, Math.ceil(Math.sqrt(count)));
  const rows = Math.min(
    Math.max(1, Math.round(count / side)),
    Math.floor(map.values.length / side),
  );
  if (rows === 0 || side * rows * edge * edge >= width * height * 0.7) {
    return { picture: wholeOf(source), scale: 1 };
  }
  const size = { width: side * edge, height: rows * edge };
  const made = new Uint8Array(size.width * size.height * RGBA);
  for (const [index, square] of representatives(map, side * rows).entries()) {
    const left = (square % map.columns) * edge;
    const top = Math.floor(square / map.columns) * edge;
    const x = (index % side) * edge;
    const y = Math.floor(index / side) * edge;
    for (let row = 0; row < edge; row++) {
      const from = (top + row) * width + left;
      copyPixels(source, from, made, (y + row) * size.width + x, edge);
    }
  }
  return {
    picture: { ...size, pixels: made },
    scale: (width * height) / (size.width * size.height),
  };
}

export function wholeOf(source: RawPixels): Picture {
  const { width, height } = source;
  const pixels = new Uint8Array(width * height * RGBA);
  copyPixels(source, 0, pixels, 0, width * height);
  return { width, height, pixels };
}

/** `count` pixels from number `from` on to number `to` on; `data` are 8-bit, gray or color, with or without alpha. */
function copyPixels(
  { data, channels }: RawPixels,
  from: number,
  target: Uint8Array,
  to: number,
  count: number,
): void {
  const isGray = channels < 3;
  for (let pixel = 0; pixel < count; pixel++) {
    const read = (from + pixel) * channels;
    const write = (to + pixel) * RGBA;
    target[write] = data[read]!;
    target[write + 1] = data[isGray ? read : read + 1]!;
    target[write + 2] = data[isGray ? read : read + 2]!;
    target[write + 3] = channels % 2 === 0 ? data[read + channels - 1]! : 255;
  }
}
