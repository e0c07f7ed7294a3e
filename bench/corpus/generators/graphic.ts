// Draws made pictures: flat shapes with smooth edges, few-color pixel art, and vector text; decides their scenes.

import { paintStill, type Generator } from "../picture.ts";
import { below, hashAt, randomFrom } from "../random.ts";
import {
  disc,
  fill,
  rectangle,
  rounded,
  triangle,
  type Color,
  type Shape,
} from "../shapes.ts";

const POSTER: readonly Color[] = [
  [233, 78, 62],
  [247, 183, 51],
  [38, 112, 163],
  [46, 160, 118],
  [84, 58, 121],
  [24, 30, 44],
];

/** A poster: discs, rectangles and triangles in six flat colors, some translucent. */
export const drawPoster: Generator = (order) =>
  paintStill(order, 3, (layer) => {
    const { width, height } = layer;
    const random = randomFrom(order.seed);
    const unit = Math.min(width, height);
    fill(layer, rectangle(0, 0, width, height), [244, 238, 224]);
    for (let index = 0; index < 42; index++) {
      const x = below(random, width);
      const y = below(random, height);
      const size = unit * (0.05 + below(random, 1000) / 5000);
      const shapes: readonly Shape[] = [
        disc(x, y, size * 0.7),
        rectangle(x, y, Math.round(size * 1.4), Math.round(size)),
        rounded(x, y, size, size, size / 5),
        triangle([x, y], [x + size, y + size / 3], [x + size / 4, y + size]),
      ];
      const shape = shapes[below(random, shapes.length)];
      const [red, green, blue] = POSTER[below(random, POSTER.length)] ?? [
        0, 0, 0,
      ];
      const alpha = below(random, 3) === 0 ? 150 : 255;
      if (shape) fill(layer, shape, [red, green, blue, alpha]);
    }
  });

/** Side of a pixel-art dot in pixels. */
const DOT = 4;
/** Bayer's 4 × 4 ordered dither (1973), 0–15. */
const BAYER = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5];
const SKY: readonly Color[] = [
  [28, 24, 60],
  [62, 38, 96],
  [128, 54, 108],
  [212, 94, 92],
  [246, 160, 94],
  [252, 220, 140],
];
const STONE: readonly Color[] = [
  [18, 16, 32],
  [34, 32, 52],
  [52, 50, 74],
];

/** Pixel art: nine colors, ordered dither, dots of 4 pixels, no smooth edge. */
export const drawPixelArt: Generator = (order) =>
  paintStill(order, 3, (layer) => {
    const rows = Math.ceil(layer.height / DOT);
    for (let y = 0; y < layer.height; y++) {
      for (let x = 0; x < layer.width; x++) {
        const dotX = Math.floor(x / DOT);
        const dotY = Math.floor(y / DOT);
        const [red, green, blue] = pixelArtAt(dotX, dotY, rows, order.seed);
        const at = (y * layer.width + x) * 3;
        layer.samples.set([red, green, blue], at);
      }
    }
  });

function pixelArtAt(x: number, y: number, rows: number, seed: number): Color {
  const tower = Math.floor(x / 9);
  const tall = rows * (0.15 + (hashAt(tower, 0, seed) % 100) / 200);
  const fromGround = rows - y;
  if (fromGround < tall) {
    const isWindow =
      x % 3 === 1 && y % 4 < 2 && hashAt(x, y >> 2, seed) % 3 === 0;
    const shade = hashAt(tower, 1, seed) % STONE.length;
    return (isWindow ? SKY[5] : STONE[shade]) ?? [0, 0, 0];
  }
  const step = (y / rows) * SKY.length;
  const dither = (BAYER[(y % 4) * 4 + (x % 4)] ?? 0) / 16;
  return SKY[Math.min(Math.floor(step + dither), SKY.length - 1)] ?? [0, 0, 0];
}

/** An SVG scene with gradient, groups, curves, a clip, reused symbols and editor's litter. */
export const drawVector: Generator = ({ width, height, seed }) => {
  const random = randomFrom(seed);
  const hills = Array.from({ length: 5 }, (_, index) => {
    const y = (height * (index + 4)) / 9;
    const bend = (below(random, 4000) - 2000) / 50;
    return `    <path id="hill${index}" style="fill:#${(70 + index * 24).toString(16)}7a${(140 - index * 22).toString(16)};stroke:none" d="M 0.000000,${y.toFixed(6)} C ${(width / 3).toFixed(6)},${(y - 40 + bend).toFixed(6)} ${((width * 2) / 3).toFixed(6)},${(y + 40 + bend).toFixed(6)} ${width}.000000,${(y + bend).toFixed(6)} L ${width},${height} L 0,${height} Z"/>`;
  });
  const stars = Array.from(
    { length: 60 },
    () =>
      `    <use xlink:href="#star" x="${(below(random, width * 1000) / 1000).toFixed(4)}" y="${(below(random, height * 400) / 1000).toFixed(4)}"/>`,
  );
  const svg = `<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!-- Created with an editor that leaves comments -->
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
  <title>Hills at night</title>
  <metadata>a block that no viewer reads</metadata>
  <defs>
    <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="#101840" stop-opacity="1"/>
      <stop offset="1" stop-color="#f0a868" stop-opacity="1"/>
    </linearGradient>
    <circle id="star" r="1.25000" fill="#ffffff"/>
    <clipPath id="moonclip"><circle cx="${width * 0.7}" cy="${height * 0.25}" r="${height * 0.1}"/></clipPath>
  </defs>
  <rect x="0" y="0" width="${width}" height="${height}" fill="url(#sky)"/>
  <g id="stars" opacity="0.8">
${stars.join("\n")}
  </g>
  <rect clip-path="url(#moonclip)" width="${width}" height="${height}" fill="#fff4d0"/>
  <g id="hills">
${hills.join("\n")}
  </g>
</svg>
`;
  return { width, height, svg };
};
