// Brings a GIF to what sharp reads right: itself, or its frames decoded around libvips' misreadings; judges no damage but a cut.

import { writeFile } from "node:fs/promises";

import { readBytes } from "../containers/reader.ts";
import { decodeFrames } from "../../engines/sharp.ts";
import type { Facts } from "../../image/facts.ts";
import type { Size } from "../../image/geometry.ts";
import type { DecodedSource, WorkBench } from "../codec.ts";
import { structureOf, type Structure } from "./blocks.ts";
import { DISPOSAL_CLEARS, framesOf, imagesOf, type Frame } from "./frames.ts";
import { storeCodes } from "./lzw.ts";
import { readPicture } from "./picture.ts";

/**
 * Frames beyond the last whole one are not read, and said to be missing. The
 * profile is not converted from: no browser heeds one in a GIF, nor does libvips.
 */
export async function decode(
  path: string,
  facts: Facts,
  bench: WorkBench,
): Promise<DecodedSource> {
  const file = await readBytes(path);
  const structure = structureOf(file);
  if (!structure.isWhole) bench.warn("truncated");
  if (facts.profile.kind === "other") bench.warn("profile-ignored");
  const source: DecodedSource = {
    path,
    size: { width: facts.width, height: facts.height },
    orientation: 1,
    convertProfile: false,
  };
  if (!isMisread(structure, facts)) return source;
  const led = bench.scratch("led.gif");
  const raw = bench.scratch("frames.v");
  const clearing = withClearing(file, structure, facts);
  await writeFile(led, withLeader(clearing, structure, facts));
  await decodeFrames(led, raw, {
    first: 1,
    frames: facts.frames,
    maxPixels: facts.width * facts.height * (facts.frames + 1),
  });
  return { ...source, path: raw, stacked: true };
}

/** Sizes that libnsgif takes for the screen of the machine the file was made on, not the picture's. */
const SCREENS: readonly (readonly [number, number])[] = [
  [640, 480],
  [640, 512],
  [800, 600],
  [1024, 768],
  [1280, 1024],
  [1600, 1200],
];
const MAX_SCREEN = 2048;

/**
 * Whether libvips 8.18 would get the size wrong (libnsgif takes the extent of
 * the frames for it when the screen looks unlikely) or fill with color what no
 * frame covers, or what one leaves that is cleared (it sees transparency only
 * where an index is set aside).
 */
export function isMisread(structure: Structure, facts: Facts): boolean {
  const frames = framesOf(structure);
  const { screen } = structure;
  const isDoubted =
    screen.width > MAX_SCREEN ||
    screen.height > MAX_SCREEN ||
    screen.width * screen.height === 0 ||
    SCREENS.some(([w, h]) => screen.width === w && screen.height === h);
  const seen = isDoubted ? extentOf(frames) : facts;
  return (
    seen.width !== facts.width ||
    seen.height !== facts.height ||
    (facts.hasAlpha &&
      (!frames.some(({ transparent }) => transparent) ||
        frames.some((frame) => clearsToColor(frame))))
  );
}

function extentOf(frames: readonly Frame[]): Size {
  return frames.reduce(
    (extent, { left, top, width, height }) => ({
      width: Math.max(extent.width, left + width),
      height: Math.max(extent.height, top + height),
    }),
    { width: 0, height: 0 },
  );
}

function clearsToColor({ disposal, transparent }: Frame): boolean {
  return disposal === DISPOSAL_CLEARS && !transparent;
}

/** The file with an index set aside in every frame that is cleared: one that it does not draw, so that only the clearing changes. */
function withClearing(
  file: Uint8Array,
  structure: Structure,
  canvas: Size,
): Uint8Array {
  const cleared = file.slice();
  for (const { block, control, frame } of imagesOf(structure)) {
    if (control === undefined || !clearsToColor(frame)) continue;
    // A frame may claim 4 GB of pixels on a canvas of one.
    if (frame.width * frame.height > canvas.width * canvas.height) continue;
    const { indices } = readPicture(file, block, frame, control, file);
    const used = new Uint8Array(256);
    for (const index of indices) used[index] = 1;
    const unused = used.indexOf(0);
    if (unused < 0) continue;
    // Behind the size byte: packed field, delay, transparent index (GIF89a, 23).
    cleared[control.data + 1] = (control.head[1] ?? 0) | 1;
    cleared[control.data + 4] = unused;
  }
  return cleared;
}

/** The file with a frame put first that draws nothing: one transparent pixel in the far corner, which sets size and transparency right. */
function withLeader(
  file: Uint8Array,
  { body }: Structure,
  { width, height }: Size,
): Uint8Array {
  const descriptor = Buffer.alloc(10);
  descriptor.writeUInt8(0x2c, 0);
  descriptor.writeUInt16LE(width - 1, 1);
  descriptor.writeUInt16LE(height - 1, 3);
  descriptor.writeUInt16LE(1, 5);
  descriptor.writeUInt16LE(1, 7);
  // A palette of its own, of two colors.
  descriptor.writeUInt8(0x80, 9);
  return Buffer.concat([
    file.subarray(0, body),
    Uint8Array.of(0x21, 0xf9, 4, 1, 0, 0, 0, 0),
    descriptor,
    Uint8Array.of(0, 0, 0, 0, 0, 0, 2),
    storeCodes(Uint8Array.of(0), 2),
    file.subarray(body),
  ]);
}
