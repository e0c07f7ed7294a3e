// Draws animations: a scroll, a fade, a sprite on a still ground, and one that redraws all; decides motion and delays.

import { fractalNoise } from "../noise.ts";
import {
  paintFrames,
  type Generator,
  type Layer,
  type Order,
  type Raster,
} from "../picture.ts";
import { hashAt } from "../random.ts";
import { fill, rectangle } from "../shapes.ts";
import { drawPoster } from "./graphic.ts";
import { drawDusk } from "./photo.ts";
import { paintRobot } from "./transparent.ts";

/** GIF counts hundredths of a second: delays are multiples of 10 ms, uneven, the last one long. */
const delayIn =
  ({ frames }: Order) =>
  (frame: number): number =>
    frame === frames - 1 ? 400 : 40 + (frame % 3) * 20;

function stillOf(draw: Generator, order: Order): Raster {
  const picture = draw(order);
  if ("svg" in picture) throw new TypeError("A drawing has no samples.");
  return picture;
}

/** Copies the pixels that `from` gives for each place of the layer. */
function copyPixels(
  layer: Layer,
  still: Raster,
  from: (x: number, y: number) => number,
): void {
  for (let y = 0; y < layer.height; y++) {
    for (let x = 0; x < layer.width; x++) {
      const source = from(x, y) * 3;
      const at = (y * layer.width + x) * 3;
      layer.samples.set(still.samples.subarray(source, source + 3), at);
    }
  }
}

/** A poster that moves sideways by 4 pixels a frame and wraps around. */
export const drawTranslation: Generator = (order) => {
  const still = stillOf(drawPoster, order);
  return paintFrames(order, 3, delayIn(order), (layer, frame) =>
    copyPixels(
      layer,
      still,
      (x, y) => y * layer.width + ((x + frame * 4) % layer.width),
    ),
  );
};

/** A cross-fade from a dusk to a poster: every pixel changes a little, every frame. */
export const drawFade: Generator = (order) => {
  const first = stillOf(drawDusk, order);
  const last = stillOf(drawPoster, order);
  return paintFrames(order, 3, delayIn(order), (layer, frame) => {
    const share = frame / Math.max(order.frames - 1, 1);
    first.samples.forEach((from, at) => {
      layer.samples[at] = from + ((last.samples[at] ?? 0) - from) * share;
    });
  });
};

/** A robot that walks before a still poster: few pixels change. */
export const drawWalk: Generator = (order) => {
  const still = stillOf(drawPoster, order);
  return paintFrames(order, 3, delayIn(order), (layer, frame) => {
    layer.samples.set(still.samples);
    const size = layer.height * 0.4;
    const x = (layer.width * 0.7 * frame) / order.frames;
    paintRobot(layer, x, layer.height * 0.5 - (frame % 2) * 3, size);
  });
};

/** Clouds of color that share nothing from frame to frame, with a bar that counts them. */
export const drawRedraw: Generator = (order) =>
  paintFrames(order, 3, delayIn(order), (layer, frame) => {
    const { width, height, samples } = layer;
    const seed = hashAt(frame, 0, order.seed) & 0xffff;
    const rows = [0, 1, 2].map((channel) =>
      fractalNoise({
        width,
        cell: width / 3,
        octaves: 6,
        seed: seed + channel * 9,
      }),
    );
    for (let y = 0; y < height; y++) {
      const values = rows.map((rowOf) => rowOf(y));
      for (let x = 0; x < width; x++) {
        values.forEach((row, channel) => {
          samples[(y * width + x) * 3 + channel] = 128 + (row[x] ?? 0) * 150;
        });
      }
    }
    const bar = (width * (frame + 1)) / order.frames;
    fill(layer, rectangle(0, height - 4, bar, 4), [255, 255, 255]);
  });
