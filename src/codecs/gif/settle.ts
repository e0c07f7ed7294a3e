// Lets pixels of an animation stand that hardly change from frame to frame; decides nothing about whether that is worth its loss.

import type { Size } from "../../image/geometry.ts";
import { joined, structureOf } from "./blocks.ts";
import { canvasSize, imagesOf, isLoop } from "./frames.ts";
import { readPicture, writePicture, type Picture } from "./picture.ts";

/** What was made, and how much of it: the share of drawn pixels that now stand but did change. */
export interface Settled {
  readonly bytes: Uint8Array;
  readonly share: number;
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
  const shown = new Int32Array(canvas.width * canvas.height).fill(-1);
  const globalPalette = file.subarray(PALETTE_START, structure.body);
  const loops = structure.blocks.filter((block) => isLoop(block));
  const parts = [
    file.subarray(0, structure.body),
    ...loops.map(({ start, end }) => file.subarray(start, end)),
  ];
  let [drawn, changed] = [0, 0];
  for (const { block, control, frame } of images) {
    const picture = readPicture(file, block, frame, control, globalPalette);
    const settled = settlePicture(picture, shown, canvas, distance);
    drawn += frame.width * frame.height;
    changed += settled.changed;
    parts.push(...writePicture(file, block, settled.picture));
  }
  parts.push(Uint8Array.of(TRAILER));
  return {
    bytes: joined(parts),
    share: changed / Math.max(drawn, 1),
  };
}

/** Draws a picture on what is shown, but for pixels that are near enough; gives it without those, and how many were not the same. */
function settlePicture(
  picture: Picture,
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
    const before = shown[place]!;
    const color = 3 * indices[at]!;
    const red = palette[color]! - (before >> 16);
    const green = palette[color + 1]! - ((before >> 8) & 255);
    const blue = palette[color + 2]! - (before & 255);
    const error = red * red + green * green + blue * blue;
    if (before >= 0 && error <= limit) {
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
    const color = 3 * indices[at]!;
    shown[place] =
      (palette[color]! << 16) |
      (palette[color + 1]! << 8) |
      palette[color + 2]!;
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
