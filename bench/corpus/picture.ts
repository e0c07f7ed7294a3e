// What a generator draws: samples or SVG text, and the fingerprint that pins them; decides nothing about files.

import { createHash } from "node:crypto";

/** Samples without padding, frame after frame, row after row, channels interleaved; alpha is straight. */
export interface Raster {
  readonly width: number;
  /** Of one frame. */
  readonly height: number;
  readonly channels: 3 | 4;
  /** Time each frame is shown in milliseconds; one entry a frame. */
  readonly delaysMs: readonly number[];
  /** 8 bits, or 16 where the type says so. */
  readonly samples: Uint8Array | Uint16Array;
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly svg: string;
}

export type Picture = Raster | Drawing;

/** What a generator is asked for. */
export interface Order {
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly seed: number;
}

export type Generator = (order: Order) => Picture;

/** One frame of 8-bit samples to paint on; values are rounded and clamped on assignment. */
export interface Layer {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  readonly samples: Uint8ClampedArray;
}

/** Paints `order.frames` layers, black (and clear, with four channels) before `paint` is called on each. */
export function paintFrames(
  { width, height, frames }: Order,
  channels: 3 | 4,
  delayOf: (frame: number) => number,
  paint: (layer: Layer, frame: number) => void,
): Raster {
  const length = width * height * channels;
  const samples = new Uint8Array(length * frames);
  for (let frame = 0; frame < frames; frame++) {
    const layer = new Uint8ClampedArray(samples.buffer, frame * length, length);
    paint({ width, height, channels, samples: layer }, frame);
  }
  const delaysMs = Array.from({ length: frames }, (_, frame) => delayOf(frame));
  return { width, height, channels, delaysMs, samples };
}

/** Paints one still layer. */
export function paintStill(
  order: Order,
  channels: 3 | 4,
  paint: (layer: Layer) => void,
): Raster {
  return paintFrames({ ...order, frames: 1 }, channels, () => 0, paint);
}

/** SHA-256, in hex, of the samples (16 bits little-endian), or of a drawing's text. */
export function fingerprint(picture: Picture): string {
  const hash = createHash("sha256");
  if ("svg" in picture) return hash.update(picture.svg).digest("hex");
  return hash.update(littleEndian(picture.samples)).digest("hex");
}

function littleEndian(samples: Uint8Array | Uint16Array): Uint8Array {
  const bytes = Buffer.from(
    samples.buffer,
    samples.byteOffset,
    samples.byteLength,
  );
  const isNative = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
  if (samples instanceof Uint8Array || isNative) return bytes;
  return Buffer.from(bytes).swap16();
}
