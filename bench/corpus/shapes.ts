// Shapes and their painting with smooth edges; decides coverage and blending, not what a picture shows.

import { ADVANCE, isInked, LINE } from "./font.ts";
import type { Layer } from "./picture.ts";

/** Red, green, blue and, where it is not opaque, straight alpha; 0–255. */
export type Color = readonly [number, number, number, number?];

export interface Shape {
  /** Left, top, right and bottom in pixels; nothing lies outside. */
  readonly box: readonly [number, number, number, number];
  readonly contains: (x: number, y: number) => boolean;
}

export function rectangle(
  x: number,
  y: number,
  width: number,
  height: number,
): Shape {
  const box = [x, y, x + width, y + height] as const;
  return {
    box,
    contains: (atX, atY) =>
      atX >= x && atY >= y && atX < box[2] && atY < box[3],
  };
}

export function disc(x: number, y: number, radius: number): Shape {
  return {
    box: [x - radius, y - radius, x + radius, y + radius],
    contains: (atX, atY) =>
      (atX - x) * (atX - x) + (atY - y) * (atY - y) < radius * radius,
  };
}

/** A rectangle whose corners are quarter discs. */
export function rounded(
  x: number,
  y: number,
  width: number,
  height: number,
  radius: number,
): Shape {
  const clamp = (at: number, low: number, high: number) =>
    Math.min(Math.max(at, low), high);
  return {
    box: [x, y, x + width, y + height],
    contains: (atX, atY) => {
      const outX = atX - clamp(atX, x + radius, x + width - radius);
      const outY = atY - clamp(atY, y + radius, y + height - radius);
      return outX * outX + outY * outY < radius * radius;
    },
  };
}

type Point = readonly [x: number, y: number];

/** A triangle, its corners in either order of turning. */
export function triangle(a: Point, b: Point, c: Point): Shape {
  const side = ([x0, y0]: Point, [x1, y1]: Point, x: number, y: number) =>
    (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) > 0;
  const xs = [a[0], b[0], c[0]];
  const ys = [a[1], b[1], c[1]];
  return {
    box: [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)],
    contains: (x, y) =>
      side(a, b, x, y) === side(b, c, x, y) &&
      side(b, c, x, y) === side(c, a, x, y),
  };
}

/** A line of text; `scale` is pixels a dot, and need not be whole. */
export function text(
  x: number,
  y: number,
  scale: number,
  content: string,
): Shape {
  const width = content.length * ADVANCE * scale;
  return {
    box: [x, y, x + width, y + LINE * scale],
    contains: (atX, atY) => {
      const column = Math.floor((atX - x) / scale);
      const row = Math.floor((atY - y) / scale);
      if (column < 0 || row < 0 || row >= LINE) return false;
      const code = content.charCodeAt(Math.floor(column / ADVANCE));
      return isInked(code, column % ADVANCE, row);
    },
  };
}

/** Samples along each side of a pixel: 17 levels of coverage, about what font renderers give. */
const SAMPLES = 4;

/** Paints a shape over the layer; pixels on its edge by their coverage. */
export function fill(layer: Layer, shape: Shape, color: Color): void {
  const [left, top, right, bottom] = shape.box;
  const lastX = Math.min(Math.ceil(right), layer.width);
  const lastY = Math.min(Math.ceil(bottom), layer.height);
  for (let y = Math.max(Math.floor(top), 0); y < lastY; y++) {
    for (let x = Math.max(Math.floor(left), 0); x < lastX; x++) {
      const covered = coverage(shape, x, y);
      if (covered > 0) blend(layer, x, y, color, covered);
    }
  }
}

function coverage({ contains }: Shape, x: number, y: number): number {
  let hits = 0;
  for (let index = 0; index < SAMPLES * SAMPLES; index++) {
    const subX = x + ((index % SAMPLES) + 0.5) / SAMPLES;
    const subY = y + (Math.floor(index / SAMPLES) + 0.5) / SAMPLES;
    if (contains(subX, subY)) hits++;
  }
  return hits / (SAMPLES * SAMPLES);
}

/** Porter and Duff's "over" with straight alpha; `weight` 0–1 scales the color's own alpha. */
export function blend(
  { samples, width, channels }: Layer,
  x: number,
  y: number,
  [red, green, blue, alpha = 255]: Color,
  weight: number,
): void {
  const at = (y * width + x) * channels;
  const above = (alpha / 255) * weight;
  const below = channels === 4 ? (samples[at + 3] ?? 0) / 255 : 1;
  const both = above + below * (1 - above);
  const share = both === 0 ? 0 : above / both;
  const mix = (over: number, under = 0) => over * share + under * (1 - share);
  samples[at] = mix(red, samples[at]);
  samples[at + 1] = mix(green, samples[at + 1]);
  samples[at + 2] = mix(blue, samples[at + 2]);
  if (channels === 4) samples[at + 3] = both * 255;
}
