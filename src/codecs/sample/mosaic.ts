// A small picture that stands for a large one: squares of it at their own resolution, chosen by activity, side by side.

import type { RawPixels } from "../codec.ts";
import { activityOf, representatives } from "./activity.ts";

export interface Mosaic {
  readonly pixels: RawPixels;
  /** Pixels of the whole picture for each one of the sample; 1 when the sample is the whole. */
  readonly scale: number;
}

export interface MosaicOptions {
  /** Edge of a square in px: a multiple of the coder's blocks. */
  readonly edge: number;
  /** Pixels that the sample may hold. */
  readonly pixels: number;
  /** Whether the last channel is alpha. */
  readonly hasAlpha: boolean;
}

/**
 * Squares of the picture at their own resolution. Each is shifted to a mean of
 * middle gray at its border, as far as no sample is cut off: neighbors that
 * never met would otherwise be told apart in bits that the picture does not
 * take (on ten photos the error fell from 4 ± 5 to 2 ± 3 %).
 */
export function mosaicOf(
  picture: RawPixels,
  { edge, pixels, hasAlpha }: MosaicOptions,
): Mosaic {
  const { width, height, channels } = picture;
  const side = Math.max(2, Math.floor(Math.sqrt(pixels) / edge));
  const map = activityOf(picture, edge);
  const rows = Math.min(side, Math.floor(map.values.length / side));
  if (rows === 0 || side * rows * edge * edge >= width * height * 0.7) {
    return { pixels: picture, scale: 1 };
  }
  const made = blank(picture, side * edge, rows * edge);
  const shifted = hasAlpha ? channels - 1 : channels;
  for (const [index, square] of representatives(map, side * rows).entries()) {
    const from = {
      x: (square % map.columns) * edge,
      y: Math.floor(square / map.columns) * edge,
    };
    const to = {
      x: (index % side) * edge,
      y: Math.floor(index / side) * edge,
    };
    copySquare(picture, from, made, to, edge, shifted);
  }
  return {
    pixels: made,
    scale: (width * height) / (made.width * made.height),
  };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

function blank(
  { data, channels }: RawPixels,
  width: number,
  height: number,
): RawPixels {
  const length = width * height * channels;
  return {
    data:
      data instanceof Uint16Array
        ? new Uint16Array(length)
        : new Uint8Array(length),
    ...{ width, height, channels },
  };
}

function copySquare(
  source: RawPixels,
  from: Point,
  target: RawPixels,
  to: Point,
  edge: number,
  shifted: number,
): void {
  const { channels } = source;
  for (let channel = 0; channel < channels; channel++) {
    const shift = channel < shifted ? shiftOf(source, from, edge, channel) : 0;
    for (let y = 0; y < edge; y++) {
      let read = ((from.y + y) * source.width + from.x) * channels + channel;
      let write = ((to.y + y) * target.width + to.x) * channels + channel;
      for (let x = 0; x < edge; x++) {
        target.data[write] = source.data[read]! + shift;
        read += channels;
        write += channels;
      }
    }
  }
}

/** What brings the border's mean to the middle, as far as every sample of the square stays within its range. */
function shiftOf(
  { data, width, channels }: RawPixels,
  { x: left, y: top }: Point,
  edge: number,
  channel: number,
): number {
  const highest = data instanceof Uint16Array ? 65_535 : 255;
  let sum = 0;
  let count = 0;
  let least = highest;
  let most = 0;
  for (let y = 0; y < edge; y++) {
    const isEdgeRow = y === 0 || y === edge - 1;
    let at = ((top + y) * width + left) * channels + channel;
    for (let x = 0; x < edge; x++) {
      const value = data[at]!;
      if (value < least) least = value;
      if (value > most) most = value;
      if (isEdgeRow || x === 0 || x === edge - 1) {
        sum += value;
        count++;
      }
      at += channels;
    }
  }
  const wanted = Math.round((highest + 1) / 2 - sum / count);
  return Math.min(Math.max(wanted, -least), highest - most);
}
