// Draws what has the statistics of photos: a dusk, a landscape, a night street; decides their scenes, not their sizes.

import { fractalNoise } from "../noise.ts";
import { paintStill, type Generator, type Layer } from "../picture.ts";
import { below, grain, randomFrom, type Random } from "../random.ts";
import type { Color } from "../shapes.ts";

type Triple = readonly [number, number, number];

/** Writes one opaque pixel with sensor grain of `deviation` levels on each channel. */
function expose(
  layer: Layer,
  at: number,
  [red, green, blue]: Triple,
  random: Random,
  deviation: number,
): void {
  const { samples } = layer;
  samples[at] = red + grain(random) * deviation;
  samples[at + 1] = green + grain(random) * deviation;
  samples[at + 2] = blue + grain(random) * deviation;
  if (layer.channels === 4) samples[at + 3] = 255;
}

/** `**` may be approximated by the engine; a product is exact everywhere. */
function square(value: number): number {
  return value * value;
}

function mix(from: Triple, to: Triple, share: number): Triple {
  return [
    from[0] + (to[0] - from[0]) * share,
    from[1] + (to[1] - from[1]) * share,
    from[2] + (to[2] - from[2]) * share,
  ];
}

/** A dusk sky with a shaded ball: smooth everywhere but at one edge. */
export const drawDusk: Generator = (order) =>
  paintStill(order, 3, (layer) => {
    const { width, height } = layer;
    const random = randomFrom(order.seed);
    const radius = height * 0.24;
    for (let y = 0; y < height; y++) {
      const down = y / height;
      for (let x = 0; x < width; x++) {
        const across = x / width;
        const glow = 1 / (1 + 9 * (square(across - 0.72) + square(down - 0.8)));
        const sky = mix([38, 52, 104], [243, 178, 122], glow * (0.3 + down));
        const dx = (x - width * 0.34) / radius;
        const dy = (y - height * 0.55) / radius;
        const isBall = dx * dx + dy * dy < 1;
        const light = 1 / (1 + square(dx - 0.45) + square(dy + 0.4));
        const color = isBall ? mix([40, 22, 30], [226, 94, 82], light) : sky;
        expose(layer, (y * width + x) * 3, color, random, 0.8);
      }
    }
  });

const RIDGES: readonly {
  readonly base: number;
  readonly relief: number;
  readonly color: Triple;
}[] = [
  { base: 0.46, relief: 0.16, color: [142, 160, 182] },
  { base: 0.58, relief: 0.13, color: [92, 112, 118] },
  { base: 0.72, relief: 0.09, color: [64, 82, 56] },
];

/** Mountains under clouds: noise of 1/f in texture and outline, hard ridgelines, haze, grain. */
export const drawLandscape: Generator = (order) =>
  paintStill(order, 3, (layer) => {
    const { width, height } = layer;
    const { seed } = order;
    const random = randomFrom(seed);
    const cell = width / 3;
    const noise = (share: number, offset: number) =>
      fractalNoise({
        width,
        cell: cell / share,
        octaves: octavesOf(cell / share),
        seed: seed + offset,
      });
    const clouds = noise(1, 100);
    const ground = noise(20, 200);
    const skylines = RIDGES.map(({ base, relief }, index) =>
      noise(
        1,
        300 + index * 50,
      )(cell / 3).map((rise) => (base - relief * rise) * height),
    );
    for (let y = 0; y < height; y++) {
      const down = y / height;
      const cloudRow = clouds(y * 2);
      const groundRow = ground(y * (3 - down * 1.5));
      const clear = mix([72, 124, 192], [214, 222, 220], down * 1.7);
      for (let x = 0; x < width; x++) {
        const nearest = skylines.findLastIndex((line) => y >= (line[x] ?? 0));
        const ridge = RIDGES[nearest];
        const cloud = Math.min(Math.max((cloudRow[x] ?? 0) * 2.2, 0), 1);
        const texture = (groundRow[x] ?? 0) * (0.6 + nearest * 0.4);
        const depth = (y - (skylines[nearest]?.[x] ?? 0)) / height;
        const color = ridge
          ? scale(ridge.color, 1.06 - Math.min(depth, 0.3) + texture)
          : mix(clear, [246, 244, 238], cloud * 0.85);
        expose(layer, (y * width + x) * 3, color, random, 2.2);
      }
    }
  });

/** Octaves down to a cell of about 2 pixels: finer ones would be grain. */
function octavesOf(cell: number): number {
  let octaves = 1;
  while (cell / (1 << octaves) >= 2) octaves++;
  return octaves;
}

function scale([red, green, blue]: Triple, by: number): Triple {
  return [red * by, green * by, blue * by];
}

/** A street at night, out of focus, at high sensitivity: strong grain that no encoder can predict. */
export const drawNightStreet: Generator = (order) =>
  paintStill(order, 3, (layer) => {
    const { width, height } = layer;
    const random = randomFrom(order.seed);
    const lamps = Array.from({ length: 36 }, () => lampAt(random, layer));
    const haze = fractalNoise({
      width,
      cell: width / 4,
      octaves: 6,
      seed: order.seed + 1,
    });
    for (let y = 0; y < height; y++) {
      const hazeRow = haze(y);
      for (let x = 0; x < width; x++) {
        const dim = 0.8 + (hazeRow[x] ?? 0) * 0.7;
        let color: Triple = [30 * dim, 34 * dim, 58 * dim];
        for (const { atX, atY, radius, light } of lamps) {
          const distance =
            (square(x - atX) + square(y - atY)) / (radius * radius);
          const share = distance < 1 ? 0.55 : 0.16 / (distance * distance);
          if (share > 0.004) color = mix(color, light, share);
        }
        expose(layer, (y * width + x) * 3, color, random, 11);
      }
    }
  });

const LIGHTS: readonly Color[] = [
  [255, 206, 130],
  [255, 150, 84],
  [244, 88, 76],
  [128, 214, 190],
  [236, 240, 250],
];

function lampAt(random: Random, { width, height }: Layer) {
  const [red, green, blue] = LIGHTS[below(random, LIGHTS.length)] ?? [0, 0, 0];
  return {
    atX: below(random, width),
    atY: height * 0.2 + below(random, Math.ceil(height * 0.55)),
    radius: width * (0.012 + below(random, 100) / 2600),
    light: [red, green, blue] as const,
  };
}
