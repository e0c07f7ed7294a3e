// A low picture that stands for a high one: bands of its rows, evenly spread, for coders that look far back along them.

import type { RawPixels } from "../codec.ts";
import type { Mosaic } from "./mosaic.ts";

export interface BandOptions {
  /** Pixels that the sample may hold. */
  readonly pixels: number;
  /** Bands at most; fewer where they would be lower than `LEAST_ROWS`. */
  readonly bands: number;
}

/** Lower bands hold little that the row above could tell. */
const LEAST_ROWS = 16;

/** Whole rows as they are; the picture itself where it has hardly more. */
export function bandsOf(
  picture: RawPixels,
  { pixels, bands }: BandOptions,
): Mosaic {
  const { data, width, height, channels } = picture;
  const wanted = Math.max(LEAST_ROWS, Math.floor(pixels / width));
  if (wanted >= height * 0.7) return { pixels: picture, scale: 1 };
  const count = Math.max(1, Math.min(bands, Math.floor(wanted / LEAST_ROWS)));
  const rows = Math.floor(wanted / count);
  const stride = width * channels;
  const length = count * rows * stride;
  const made =
    data instanceof Uint16Array
      ? new Uint16Array(length)
      : new Uint8Array(length);
  for (let band = 0; band < count; band++) {
    const top = Math.floor(((height - rows) * (band + 0.5)) / count);
    const from = data.subarray(top * stride, (top + rows) * stride);
    made.set(from, band * rows * stride);
  }
  return {
    pixels: { data: made, width, height: count * rows, channels },
    scale: height / (count * rows),
  };
}
