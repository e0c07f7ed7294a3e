// Draws what breaks one stage of an encoder each; decides the traps.

import {
  paintStill,
  type Generator,
  type Layer,
  type Order,
} from "../picture.ts";
import { randomFrom } from "../random.ts";
import { fill, rectangle, text } from "../shapes.ts";

type Triple = readonly [number, number, number];

function paintPixels(
  order: Order,
  colorAt: (x: number, y: number, layer: Layer) => Triple,
) {
  return paintStill(order, 3, (layer) => {
    for (let y = 0; y < layer.height; y++) {
      for (let x = 0; x < layer.width; x++) {
        layer.samples.set(colorAt(x, y, layer), (y * layer.width + x) * 3);
      }
    }
  });
}

/** Eight levels over the whole width: quantization turns it into steps. */
export const drawThinGradient: Generator = (order) =>
  paintPixels(order, (x, y, { width, height }) => {
    const level = 100 + Math.floor((x * 8) / width);
    return [level, level + 20, level + 60 + Math.floor((y * 2) / height)];
  });

/** Small text on one flat color: ringing shows where nothing hides it. */
export const drawTextOnFlat: Generator = (order) =>
  paintStill(order, 3, (layer) => {
    fill(layer, rectangle(0, 0, layer.width, layer.height), [222, 234, 246]);
    for (let y = 12, line = 0; y < layer.height - 12; y += 24, line++) {
      const scale = 1 + (line % 3) / 2;
      fill(
        layer,
        text(12, y, scale, "Sphinx of black quartz, judge my vow 0123"),
        [40, 20, 20],
      );
    }
  });

/** Saturated hues of one luma side by side, down to one pixel wide: chroma subsampling destroys it. */
export const drawChromaClash: Generator = (order) =>
  paintPixels(order, (x, y, { height }) => {
    const stripe = 1 << Math.floor((y * 5) / height);
    return Math.floor(x / stripe) % 2 === 0 ? [230, 20, 40] : [20, 70, 250];
  });

/** Diagonals one and three pixels wide without smoothing: every block has an edge. */
export const drawDiagonal: Generator = (order) =>
  paintPixels(order, (x, y) => {
    const isInk = (x + y) % 23 === 0 || (x + 2 * y) % 61 < 3 || x - y === 0;
    return isInk ? [10, 10, 10] : [250, 250, 250];
  });

/** Checks of 8 pixels, on the grid of blocks above and 4 pixels off it below. */
export const drawBlockCheck: Generator = (order) =>
  paintPixels(order, (x, y, { height }) => {
    const shift = y < height / 2 ? 0 : 4;
    const isDark = (((x + shift) >> 3) + ((y + shift) >> 3)) % 2 === 0;
    return isDark ? [60, 60, 60] : [200, 200, 200];
  });

/** Independent uniform samples: nothing can make it smaller. */
export const drawWhiteNoise: Generator = (order) => {
  const random = randomFrom(order.seed);
  return paintPixels(order, () => {
    const draw = random();
    return [draw & 255, (draw >>> 8) & 255, (draw >>> 16) & 255];
  });
};

/** One color: whatever a format costs beyond its pixels. */
export const drawSolid: Generator = (order) =>
  paintPixels(order, () => [52, 120, 86]);
