// Centres the picture in a larger frame of the background's color, where the plan says so.

import type { RawPixels } from "../../codecs/codec.ts";
import type { Size } from "../../image/geometry.ts";
import type { Rgba } from "../../image/intent.ts";
import type { Step } from "../step.ts";

export const pad: Step = {
  name: "pad",
  applies: ({ resize: { frame, width, height } }) =>
    frame !== undefined && (frame.width > width || frame.height > height),
  work: async (canvas, { intent, resize: { frame } }) => {
    if (!frame) return;
    await canvas.settle((pixels) => padded(pixels, frame, intent.background));
  },
};

/**
 * The picture in the middle of its frame, an odd pixel to the right and below;
 * with alpha where it or the background has any. By hand because sharp's
 * `extend` takes 65280 for the full 16-bit value, in the picture's alpha too.
 */
function padded(pixels: RawPixels, frame: Size, background: Rgba): RawPixels {
  const isDeep = pixels.data instanceof Uint16Array;
  const hasAlpha = pixels.channels % 2 === 0 || background[3] < 255;
  const channels = hasAlpha ? 4 : 3;
  const samples = frame.width * frame.height * channels;
  const data = isDeep ? new Uint16Array(samples) : new Uint8Array(samples);
  const level = isDeep ? 257 : 1;
  data.set(background.slice(0, channels).map((value) => value * level));
  for (let filled = channels; filled < samples; filled *= 2) {
    data.copyWithin(filled, 0, Math.min(filled, samples - filled));
  }
  const left = Math.floor((frame.width - pixels.width) / 2);
  const top = Math.floor((frame.height - pixels.height) / 2);
  for (let row = 0; row < pixels.height; row++) {
    const at = ((top + row) * frame.width + left) * channels;
    data.set(rowOf(pixels, row, channels), at);
  }
  return { data, ...frame, channels };
}

/** A row's samples as RGB or RGBA, opaque where it had no alpha. */
function rowOf(
  { data, width, channels }: RawPixels,
  row: number,
  wanted: 3 | 4,
): Uint8Array | Uint16Array {
  const start = row * width * channels;
  const samples = data.subarray(start, start + width * channels);
  if (channels === wanted) return samples;
  const isDeep = data instanceof Uint16Array;
  const made = isDeep
    ? new Uint16Array(width * wanted)
    : new Uint8Array(width * wanted);
  const full = isDeep ? 65_535 : 255;
  for (let x = 0; x < width; x++) {
    const at = x * channels;
    const [second, third] = channels < 3 ? [at, at] : [at + 1, at + 2];
    const to = x * wanted;
    made[to] = samples[at]!;
    made[to + 1] = samples[second]!;
    made[to + 2] = samples[third]!;
    if (wanted === 4) {
      made[to + 3] = channels % 2 === 0 ? samples[at + channels - 1]! : full;
    }
  }
  return made;
}
