// Squares of a picture that stand for it, as they are: their colors must be the whole's, where a palette is made of them or scored by them.

import type { RawPixels } from "../codec.ts";
import { activityOf, representatives } from "./activity.ts";

/** Samples of 8 bits. */
type Pixels = RawPixels & { readonly data: Uint8Array };

export interface Squares<P extends Pixels> {
  readonly picture: P;
  /** Pixels of the whole for each one of the sample; 1 where the sample is the whole. */
  readonly scale: number;
}

export interface SquaresOptions {
  /** Edge of a square in px. */
  readonly edge: number;
  /** About so many in all. */
  readonly pixels: number;
}

/** Squares chosen by activity, side by side; the picture itself where they would be most of it. */
export function squaresOf<P extends Pixels>(
  source: P,
  { edge, pixels }: SquaresOptions,
): Squares<P> {
  const { width, height, channels, data } = source;
  const map = activityOf(source, edge);
  const count = pixels / edge ** 2;
  const side = Math.max(2, Math.ceil(Math.sqrt(count)));
  const rows = Math.min(
    Math.max(1, Math.round(count / side)),
    Math.floor(map.values.length / side),
  );
  if (rows === 0 || side * rows * edge * edge >= width * height * 0.7) {
    return { picture: source, scale: 1 };
  }
  const size = { width: side * edge, height: rows * edge };
  const made = new Uint8Array(size.width * size.height * channels);
  for (const [index, square] of representatives(map, side * rows).entries()) {
    const left = (square % map.columns) * edge;
    const top = Math.floor(square / map.columns) * edge;
    const x = (index % side) * edge;
    const y = Math.floor(index / side) * edge;
    for (let row = 0; row < edge; row++) {
      const from = ((top + row) * width + left) * channels;
      const to = ((y + row) * size.width + x) * channels;
      made.set(data.subarray(from, from + edge * channels), to);
    }
  }
  return {
    picture: { ...source, ...size, data: made },
    scale: (width * height) / (size.width * size.height),
  };
}
