// Builds tiny JPEG files for tests, segment by segment: headers that no decoder would get a picture from.

import { segmentBytes } from "./metadata.ts";

export function sof(
  marker: number,
  width: number,
  height: number,
  sampling: readonly number[],
  depth = 8,
): Uint8Array {
  const head = [depth, height >> 8, height & 255, width >> 8, width & 255];
  const components = sampling.flatMap((factors, id) => [id + 1, factors, 0]);
  return segmentBytes(
    marker,
    Uint8Array.of(...head, sampling.length, ...components),
  );
}

/** A luminance table of one value. */
export function dqt(value: number): Uint8Array {
  return segmentBytes(0xdb, new Uint8Array(65).fill(value, 1));
}

export function app(
  marker: number,
  text: string,
  ...data: readonly Uint8Array[]
): Uint8Array {
  const payload = Buffer.concat([Buffer.from(text, "latin1"), ...data]);
  return segmentBytes(marker, payload);
}

/** JFIF 1.2 with a density; unit 1 is the inch, 2 the centimeter. */
export function jfif(unit: number, x: number, y: number): Uint8Array {
  const data = [1, 2, unit, x >> 8, x & 255, y >> 8, y & 255, 0, 0];
  return app(0xe0, "JFIF\0", Uint8Array.from(data));
}

/** SOI, the parts, a scan of two bytes, EOI. */
export function jpeg(...parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([
    Uint8Array.of(0xff, 0xd8),
    ...parts,
    segmentBytes(0xda, Uint8Array.of(1, 1, 0, 0, 63, 0)),
    Uint8Array.of(1, 2, 0xff, 0xd9),
  ]);
}

/** A baseline 4:2:0 frame of 32 × 16. */
export const FRAME = sof(0xc0, 32, 16, [0x22, 0x11, 0x11]);
