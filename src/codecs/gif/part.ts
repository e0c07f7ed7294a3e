// Cuts a part out of a GIF that is a GIF: some of its frames, or rows of its only one. Codes nothing anew that a tool would not.

import { joined, structureOf, type Structure } from "./blocks.ts";
import { framesOf, imagesOf } from "./frames.ts";
import { readPicture, writePicture } from "./picture.ts";

const TRAILER = Uint8Array.of(0x3b);
const PALETTE_START = 13;

/** Frames that follow each other. */
export interface Run {
  readonly first: number;
  readonly count: number;
}

/** The file with the frames of those runs alone, as they are; its screen and palette stay. */
export function framesIn(
  file: Uint8Array,
  structure: Structure,
  runs: readonly Run[],
): Uint8Array {
  let index = 0;
  const isWanted = (): boolean =>
    runs.some(({ first, count }) => index >= first && index < first + count);
  const parts = [file.subarray(0, structure.body)];
  for (const { kind, start, end } of structure.blocks) {
    const isOfFrame = kind === "image" || kind === "control";
    // Loops stand before the first frame.
    if (!isOfFrame || isWanted()) parts.push(file.subarray(start, end));
    if (kind === "image") index++;
  }
  return joined([...parts, TRAILER]);
}

/** Bytes of each image, its descriptor and own palette included. */
export function imageBytes(structure: Structure): number[] {
  return imagesOf(structure).map(({ block: { start, end } }) => end - start);
}

/**
 * A still of `bands` bands of the only frame's rows, evenly spread, `height`
 * rows in all; its codes are stored, not compressed.
 */
export function rowsIn(
  file: Uint8Array,
  structure: Structure,
  height: number,
  bands: number,
): Uint8Array {
  const [image] = imagesOf(structure);
  if (!image) throw new Error("a GIF without a frame");
  const { block, control, frame } = image;
  const palette = file.subarray(PALETTE_START, structure.body);
  const whole = readPicture(file, block, frame, control, palette);
  const { width } = frame;
  const perBand = Math.floor(height / bands);
  const indices = new Uint8Array(width * perBand * bands);
  for (let band = 0; band < bands; band++) {
    const top = Math.floor(((frame.height - perBand) * (band + 0.5)) / bands);
    const rows = whole.indices.subarray(top * width, (top + perBand) * width);
    indices.set(rows, band * perBand * width);
  }
  const low = { ...frame, left: 0, top: 0, height: perBand * bands };
  const written = writePicture(file, block, { ...whole, indices, frame: low });
  const cut = joined([file.subarray(0, structure.body), ...written, TRAILER]);
  return withSize(cut, width, perBand * bands);
}

/** Screen and only frame of that size, at the origin. */
function withSize(file: Uint8Array, width: number, height: number): Uint8Array {
  const view = Buffer.from(file.buffer, file.byteOffset, file.length);
  view.writeUInt16LE(width, 6);
  view.writeUInt16LE(height, 8);
  const { blocks } = structureOf(file);
  const { start } = blocks.find(({ kind }) => kind === "image")!;
  [0, 0, width, height].forEach((value, index) => {
    view.writeUInt16LE(value, start + 1 + 2 * index);
  });
  return file;
}

/** Pixels that the frames' rectangles hold, in all. */
export function drawnPixels(structure: Structure): number {
  return framesOf(structure).reduce(
    (sum, { width, height }) => sum + width * height,
    0,
  );
}
