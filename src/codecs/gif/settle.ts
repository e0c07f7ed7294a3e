// Lets pixels of an animation stand that hardly change from frame to frame; decides nothing about whether that is worth its loss.

import type { Size } from "../../image/geometry.ts";
import { scoredFrames, type Pair } from "../../score/animation.ts";
import type { Pixels } from "../../score/pixels.ts";
import { joined, structureOf } from "./blocks.ts";
import { canvasSize, imagesOf, isLoop } from "./frames.ts";
import { readPicture, writePicture, type Picture } from "./picture.ts";

export interface Settled {
  readonly bytes: Uint8Array;
  /** Of drawn pixels, those that now stand but did change. */
  readonly share: number;
  /** What is shown at the frames that tell of an animation's score. */
  readonly shown: readonly Pair[];
}

const TRAILER = 0x3b;
const PALETTE_START = 13;

/**
 * The animation with every pixel left undrawn whose color lies within
 * `distance` (Euclidean, 8-bit RGB) of what is shown there already; what is
 * shown, not what should be, so that errors do not add up. A frame that uses
 * every index of its palette has none to leave pixels out with: it stays. Codes
 * are stored, not compressed; of extensions only loops remain. `file` is opaque, and its frames are neither
 * cleared nor taken back.
 */
export function settle(file: Uint8Array, distance: number): Settled {
  const structure = structureOf(file);
  const images = imagesOf(structure);
  const canvas = canvasSize(
    structure.screen,
    images.map(({ frame }) => frame),
  );
  const pixels = canvas.width * canvas.height;
  const before = new Int32Array(pixels).fill(-1);
  const shown = new Int32Array(pixels).fill(-1);
  const scored = scoredFrames(images.length);
  const pairs: Pair[] = [];
  const globalPalette = file.subarray(PALETTE_START, structure.body);
  const loops = structure.blocks.filter((block) => isLoop(block));
  const parts = [
    file.subarray(0, structure.body),
    ...loops.map(({ start, end }) => file.subarray(start, end)),
  ];
  let [drawn, changed] = [0, 0];
  for (const [index, { block, control, frame }] of images.entries()) {
    const picture = readPicture(file, block, frame, control, globalPalette);
    const settled = settlePicture(picture, before, shown, canvas, distance);
    drawn += frame.width * frame.height;
    changed += settled.changed;
    parts.push(...writePicture(file, block, settled.picture));
    if (scored.includes(index))
      pairs.push({
        before: pixelsOf(before, canvas),
        after: pixelsOf(shown, canvas),
      });
  }
  parts.push(Uint8Array.of(TRAILER));
  return {
    bytes: joined(parts),
    share: changed / Math.max(drawn, 1),
    shown: pairs,
  };
}

/** Colors 0xRRGGBB as samples; what nothing was drawn on is black. */
function pixelsOf(colors: Int32Array, { width, height }: Size): Pixels {
  const data = new Uint8Array(colors.length * 3);
  for (let at = 0, to = 0; at < colors.length; at++, to += 3) {
    const color = Math.max(colors[at]!, 0);
    data[to] = color >> 16;
    data[to + 1] = (color >> 8) & 255;
    data[to + 2] = color & 255;
  }
  return { data, width, height, channels: 3 };
}

/** Draws a picture on what was shown `before`, and on what is `shown` now but for pixels that are near enough; gives it without those, and how many were not the same. */
function settlePicture(
  picture: Picture,
  before: Int32Array,
  shown: Int32Array,
  canvas: Size,
  distance: number,
): { picture: Picture; changed: number } {
  const { indices, palette } = picture;
  const places = placesOf(picture, canvas);
  const stands = new Uint8Array(indices.length);
  const used = new Uint8Array(256);
  const limit = distance * distance;
  let [standing, changed] = [0, 0];
  for (let at = 0; at < indices.length; at++) {
    const place = places[at]!;
    if (place < 0) continue;
    const color = 3 * indices[at]!;
    const red = palette[color]!;
    const green = palette[color + 1]!;
    const blue = palette[color + 2]!;
    before[place] = (red << 16) | (green << 8) | blue;
    const now = shown[place]!;
    const error =
      (red - (now >> 16)) ** 2 +
      (green - ((now >> 8) & 255)) ** 2 +
      (blue - (now & 255)) ** 2;
    if (now >= 0 && error <= limit) {
      stands[at] = 1;
      standing++;
      if (error > 0) changed++;
    } else used[indices[at]!] = 1;
  }
  const transparent =
    picture.transparent < 0 && standing > 0
      ? freeIndex(used, picture)
      : picture.transparent;
  const leaves = standing > 0 && transparent >= 0;
  const settled = indices.slice();
  for (let at = 0; at < indices.length; at++) {
    const place = places[at]!;
    if (leaves && (place < 0 || stands[at])) settled[at] = transparent;
    if (place < 0 || (leaves && stands[at])) continue;
    shown[place] = before[place]!;
  }
  return {
    picture: { ...picture, indices: settled, transparent },
    changed: leaves ? changed : 0,
  };
}

/** Where on the canvas each pixel is drawn; -1 for those that are not, transparent or beyond its edge. */
function placesOf(
  { frame, indices, transparent }: Picture,
  canvas: Size,
): Int32Array {
  const places = new Int32Array(indices.length).fill(-1);
  const right = Math.min(frame.width, canvas.width - frame.left);
  const bottom = Math.min(frame.height, canvas.height - frame.top);
  for (let y = 0; y < bottom; y++) {
    const row = (frame.top + y) * canvas.width + frame.left;
    for (let x = 0, at = y * frame.width; x < right; x++, at++)
      if (indices[at] !== transparent) places[at] = row + x;
  }
  return places;
}

/** An index of the palette that no pixel needs any more; -1 when all are taken. */
function freeIndex(used: Uint8Array, { palette, bits }: Picture): number {
  const colors = Math.min(palette.length / 3, 2 ** bits);
  return used.subarray(0, colors).indexOf(0);
}
