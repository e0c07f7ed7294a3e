// Frames below each other in one raster: takes them apart and puts them together; pure arithmetic.

import type { RawPixels } from "../codecs/codec.ts";

/** The frames of a raster in which `count` of equal height lie below each other; views, not copies. */
export function framesOf(pixels: RawPixels, count: number): RawPixels[] {
  const { data, width, channels } = pixels;
  const height = pixels.height / count;
  const samples = width * height * channels;
  return Array.from({ length: count }, (_, index) => ({
    ...pixels,
    height,
    data: data.subarray(index * samples, (index + 1) * samples),
  }));
}

/** The raster of frames of one shape below each other. Throws a RangeError when there is none. */
export function stacked(frames: readonly RawPixels[]): RawPixels {
  const [first] = frames;
  if (!first) throw new RangeError("no frames");
  const size = first.data.length;
  const data =
    first.data instanceof Uint16Array
      ? new Uint16Array(size * frames.length)
      : new Uint8Array(size * frames.length);
  for (const [index, frame] of frames.entries()) {
    data.set(frame.data, index * size);
  }
  return { ...first, data, height: first.height * frames.length };
}
