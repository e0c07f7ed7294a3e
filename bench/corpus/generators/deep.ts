// Draws 16-bit pictures that 8 bits would band; decides their gradients.

import type { Generator, Order, Raster } from "../picture.ts";

/** Evaluates `valueAt` (0–65535, floored) for each channel of each pixel; places run from 0 to 1. */
function paintDeep(
  { width, height }: Order,
  valueAt: (across: number, down: number, channel: number) => number,
): Raster {
  const samples = new Uint16Array(width * height * 3);
  for (let at = 0; at < samples.length; at++) {
    const pixel = Math.floor(at / 3);
    const across = (pixel % width) / width;
    const down = Math.floor(pixel / width) / height;
    samples[at] = Math.floor(valueAt(across, down, at % 3));
  }
  return { width, height, channels: 3, delaysMs: [0], samples };
}

/** The full range of 16 bits, smooth in every direction. */
export const drawDeepSmooth: Generator = (order) =>
  paintDeep(order, (across, down, channel) => {
    const x = across - 0.2 - channel * 0.3;
    const y = down - 0.7 + channel * 0.2;
    return 65_535 / (1 + 4 * (x * x + y * y));
  });

/** Four 8-bit levels spread over the whole width: 1024 shades that a reduction makes four bands of. */
export const drawDeepThin: Generator = (order) =>
  paintDeep(
    order,
    (across, down, channel) =>
      257 * (96 + channel * 12) + 1028 * (across * 0.8 + down * 0.2),
  );
