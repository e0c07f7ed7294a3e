// The yardstick of resizing: Lanczos3 in linear light, in double precision, straight from the formulas. Slow on purpose.

import type { Size } from "../../src/image/geometry.ts";
import type { Pixels } from "../../src/score/pixels.ts";

const LOBES = 3;

type Tap = readonly [index: number, weight: number];

/** `pixels` (8-bit sRGB, 3 channels) brought to `target`. Shares no code with what it judges. */
export function referenceResize(pixels: Pixels, target: Size): Pixels {
  const { data, width, height } = pixels;
  const across = tapsOf(width, target.width);
  const down = tapsOf(height, target.height);
  const narrow = new Float64Array(target.width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < target.width; x++) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (const [index, weight] of across[x]!) {
          sum += weight * LINEAR[data[(y * width + index) * 3 + channel]!]!;
        }
        narrow[(y * target.width + x) * 3 + channel] = sum;
      }
    }
  }
  const result = new Uint8Array(target.width * target.height * 3);
  const row = target.width * 3;
  for (let y = 0; y < target.height; y++) {
    for (let at = 0; at < row; at++) {
      let sum = 0;
      for (const [index, weight] of down[y]!) {
        sum += weight * narrow[index * row + at]!;
      }
      result[y * row + at] = encoded(sum);
    }
  }
  return { ...target, channels: 3, data: result };
}

function tapsOf(length: number, target: number): Tap[][] {
  const scale = length / target;
  const widening = Math.max(1, scale);
  return Array.from({ length: target }, (_, at) => {
    const center = (at + 0.5) * scale - 0.5;
    const taps: Tap[] = [];
    const last = Math.floor(center + LOBES * widening);
    for (
      let index = Math.ceil(center - LOBES * widening);
      index <= last;
      index++
    ) {
      const inside = Math.min(length - 1, Math.max(0, index));
      taps.push([inside, lanczos((index - center) / widening)]);
    }
    const sum = taps.reduce((total, [, weight]) => total + weight, 0);
    return taps.map(([index, weight]) => [index, weight / sum] as const);
  });
}

function lanczos(x: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= LOBES) return 0;
  const angle = Math.PI * x;
  return (LOBES * Math.sin(angle) * Math.sin(angle / LOBES)) / angle ** 2;
}

/** IEC 61966-2-1. */
const LINEAR = Float64Array.from({ length: 256 }, (_, level) => {
  const value = level / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});

function encoded(linear: number): number {
  const value = Math.min(1, Math.max(0, linear));
  const gamma =
    value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055;
  return Math.round(gamma * 255);
}
