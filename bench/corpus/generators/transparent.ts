// Draws pictures with alpha: an overlay of soft shadows, and sprites with hard or bright edges; decides their scenes.

import { paintStill, type Generator, type Layer } from "../picture.ts";
import { disc, fill, rectangle, rounded, text, triangle } from "../shapes.ts";

/** A translucent panel with a soft shadow, a badge and text, as laid over a video. */
export const drawOverlay: Generator = (order) =>
  paintStill(order, 4, (layer) => {
    const { width, height } = layer;
    const inset = Math.round(height * 0.12);
    for (let ring = 16; ring > 0; ring--) {
      const spread = rounded(
        inset - ring,
        inset - ring + 6,
        width - 2 * (inset - ring),
        height - 2 * (inset - ring),
        12 + ring,
      );
      fill(layer, spread, [0, 0, 0, 9]);
    }
    const panel = rounded(
      inset,
      inset,
      width - 2 * inset,
      height - 2 * inset,
      12,
    );
    fill(layer, panel, [24, 32, 48, 170]);
    const badge = disc(inset * 2.4, height / 2, height * 0.18);
    fill(layer, badge, [255, 196, 0, 255]);
    fill(
      layer,
      text(inset * 4.2, height * 0.36, 3, "On air"),
      [255, 255, 255, 255],
    );
    fill(
      layer,
      text(inset * 4.2, height * 0.56, 1.7, "from the lake, 06:42"),
      [255, 255, 255, 180],
    );
    for (let x = 0; x < width; x++) {
      const share = (x * 200) / width;
      fill(layer, rectangle(x, height - 6, 1, 6), [255, 64, 64, share]);
    }
  });

/** Paints a small robot of about 0.6 × 0.8 of `size`, its left top at (`x`, `y`). */
export function paintRobot(
  layer: Layer,
  x: number,
  y: number,
  size: number,
): void {
  const at = (part: number) => part * size;
  fill(
    layer,
    rounded(x + at(0.15), y + at(0.4), at(0.5), at(0.4), at(0.08)),
    [68, 120, 180],
  );
  fill(
    layer,
    rounded(x + at(0.1), y + at(0.12), at(0.6), at(0.32), at(0.12)),
    [96, 156, 214],
  );
  fill(layer, disc(x + at(0.27), y + at(0.27), at(0.075)), [255, 255, 255]);
  fill(layer, disc(x + at(0.53), y + at(0.27), at(0.075)), [255, 255, 255]);
  fill(layer, disc(x + at(0.29), y + at(0.28), at(0.035)), [20, 20, 30]);
  fill(layer, disc(x + at(0.55), y + at(0.28), at(0.035)), [20, 20, 30]);
  fill(layer, rectangle(x + at(0.385), y, at(0.03), at(0.13)), [60, 60, 70]);
  fill(layer, disc(x + at(0.4), y + at(0.03), at(0.04)), [240, 70, 60]);
  fill(
    layer,
    rounded(x + at(0.2), y + at(0.78), at(0.12), at(0.18), at(0.03)),
    [50, 60, 80],
  );
  fill(
    layer,
    rounded(x + at(0.48), y + at(0.78), at(0.12), at(0.18), at(0.03)),
    [50, 60, 80],
  );
  fill(
    layer,
    triangle(
      [x + at(0.32), y + at(0.5)],
      [x + at(0.48), y + at(0.5)],
      [x + at(0.4), y + at(0.66)],
    ),
    [255, 210, 80],
  );
}

/** A robot whose every pixel is either opaque or clear, as GIF needs it. */
export const drawSprite: Generator = (order) =>
  paintStill(order, 4, (layer) => {
    paintRobot(
      layer,
      layer.width * 0.1,
      0,
      Math.min(layer.width, layer.height),
    );
    for (let at = 0; at < layer.samples.length; at += 4) {
      if ((layer.samples[at + 3] ?? 0) < 128) layer.samples.fill(0, at, at + 4);
      else layer.samples[at + 3] = 255;
    }
  });

/** The same with smooth edges, and loud magenta hidden where it is clear: it must not bleed into the edge. */
export const drawAlphaEdge: Generator = (order) =>
  paintStill(order, 4, (layer) => {
    paintRobot(
      layer,
      layer.width * 0.1,
      0,
      Math.min(layer.width, layer.height),
    );
    for (let at = 0; at < layer.samples.length; at += 4) {
      if (layer.samples[at + 3] === 0) layer.samples.set([255, 0, 255, 0], at);
    }
  });
