// Evaluates the tone curves of ICC profiles and knows sRGB's own; decides nothing about whole profiles.

import { Cursor } from "./cursor.ts";

/** A tone curve: signal 0–1 to linear light 0–1. */
export type Curve = (signal: number) => number;

/** Entries of a sampled curve: lcms refuses more (cmstypes.c, 65530), 4096 is what real profiles use at most. */
const MAX_ENTRIES = 65_536;
/** Parameters of each parametric function type (ICC.1:2022, table 68). */
const PARAMETERS = [1, 3, 4, 5, 7];

/** sRGB's decoding curve (IEC 61966-2-1, 5.2). */
export function srgbToLinear(signal: number): number {
  return signal <= 0.04045 ? signal / 12.92 : ((signal + 0.055) / 1.055) ** 2.4;
}

/** sRGB's encoding curve, the inverse of the above. */
export function linearToSrgb(linear: number): number {
  return linear <= 0.0031308
    ? linear * 12.92
    : 1.055 * linear ** (1 / 2.4) - 0.055;
}

/** Reads a `curv` or `para` tag (ICC.1:2022, 10.6 and 10.18); undefined for another type. Throws when cut short. */
export function readCurve(tag: Uint8Array): Curve | undefined {
  const cursor = new Cursor(tag);
  const type = cursor.fourcc();
  cursor.u32();
  if (type === "curv") return readSampled(cursor);
  if (type === "para") return readParametric(cursor);
  return undefined;
}

function readSampled(cursor: Cursor): Curve | undefined {
  const count = cursor.u32();
  if (count > MAX_ENTRIES) return undefined;
  if (count === 0) return (signal) => signal;
  if (count === 1) {
    const gamma = cursor.u16() / 256;
    return (signal) => signal ** gamma;
  }
  const table = Float64Array.from(
    { length: count },
    () => cursor.u16() / 65_535,
  );
  return (signal) => {
    const place = signal * (count - 1);
    const index = Math.min(Math.floor(place), count - 2);
    const low = table[index] ?? 0;
    return low + ((table[index + 1] ?? 0) - low) * (place - index);
  };
}

function readParametric(cursor: Cursor): Curve | undefined {
  const type = cursor.u16();
  cursor.u16();
  const count = PARAMETERS[type];
  if (count === undefined) return undefined;
  const [g = 1, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = Array.from(
    { length: count },
    () => cursor.i32() / 65_536,
  );
  const power = (signal: number) => Math.max(a * signal + b, 0) ** g;
  switch (type) {
    case 0:
      return (signal) => signal ** g;
    case 1:
      return (signal) => (signal >= -b / a ? power(signal) : 0);
    case 2:
      return (signal) => (signal >= -b / a ? power(signal) : 0) + c;
    case 3:
      return (signal) => (signal >= d ? power(signal) : c * signal);
    default:
      return (signal) => (signal >= d ? power(signal) + e : c * signal + f);
  }
}

/**
 * Largest distance between a curve and sRGB's, in sRGB signal (0–1), over the
 * 256 values of 8 bits. Measured after encoding again, since a step in linear
 * light that is nothing at white is many levels near black.
 */
export function distanceFromSrgb(curve: Curve): number {
  let worst = 0;
  for (let level = 0; level <= 255; level++) {
    const signal = level / 255;
    const linear = Math.min(Math.max(curve(signal), 0), 1);
    const distance = Math.abs(linearToSrgb(linear) - signal);
    // A curve that yields NaN (0 × ∞ in its parameters) is nobody's sRGB.
    if (!(distance <= worst)) worst = Number.isNaN(distance) ? 1 : distance;
  }
  return worst;
}
