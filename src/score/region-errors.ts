// Decides which pixels of two images pass through which scales, and whether
// their errors count; it does not decide what an error is.

import type { Window } from "./channel-errors.ts";
import type { ErrorTotals } from "./error-weights.ts";
import { writeLinearRow, type Pixels } from "./pixels.ts";
import { BLUR_REACH } from "./row-kernels.ts";
import { RowMemory } from "./row-memory.ts";
import { Scale, type ScalePlan } from "./scale-cascade.ts";

const FLOAT = 4;

/**
 * The shortest side with all six scales of the reference, which stops where the
 * scale before has fewer than 8 pixels. With fewer scales the reference gives
 * each channel weights meant for another: 64x64 crops of a picture that was
 * halved and doubled got 63, where the whole picture gets 15. We do not follow
 * it there, but continue shorter sides as if mirrored, which gave 28.
 */
export const LEAST_SIDE = 113;

/** Two images of one shape, over one background. */
export interface ImagePair {
  readonly reference: Pixels;
  readonly distorted: Pixels;
  /** Grey behind translucent pixels: 0 to 1, sRGB-encoded. */
  readonly background: number;
}

/** A rectangle in pixels, and the scales to measure it at. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly fromScale: number;
  /** One past the last scale. */
  readonly toScale: number;
}

/** The whole of an image, sides below `LEAST_SIDE` extended to it. */
export function wholeImage(
  { width, height }: Pixels,
  fromScale: number,
  toScale: number,
): Region {
  return {
    left: 0,
    top: 0,
    width: Math.max(width, LEAST_SIDE),
    height: Math.max(height, LEAST_SIDE),
    fromScale,
    toScale,
  };
}

/**
 * Adds a region's errors to the totals. At sides that are not sides of the
 * image, the pixels whose blur would reach outside are read but do not count,
 * so that those that do have the errors they have in the whole image; for that,
 * `left` and `top` must be multiples of 2 ** (toScale - 1).
 */
export function addRegionErrors(
  pair: ImagePair,
  region: Region,
  totals: ErrorTotals,
): void {
  const memory = sharedMemory();
  memory.reset();
  const top = new Scale(memory, scalePlans(pair.reference, region));
  for (let y = region.top; y < region.top + region.height; y++) {
    const rows = top.nextRows().map((address) => address / FLOAT);
    const [r, g, b, r2, g2, b2] = rows as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    writeRow(pair, pair.reference, region, y, memory.floats, [r, g, b]);
    writeRow(pair, pair.distorted, region, y, memory.floats, [r2, g2, b2]);
    top.push();
  }
  top.addTo(totals);
}

let shared: RowMemory | undefined;
function sharedMemory(): RowMemory {
  return (shared ??= new RowMemory());
}

function scalePlans(image: Pixels, region: Region): ScalePlan[] {
  const { left, top, width, height, fromScale, toScale } = region;
  const margin = (isCut: boolean) => (isCut ? BLUR_REACH : 0);
  return Array.from({ length: toScale }, (_, scale) => {
    const size = {
      width: Math.ceil(width / 2 ** scale),
      height: Math.ceil(height / 2 ** scale),
    };
    const window: Window = {
      left: margin(left > 0),
      top: margin(top > 0),
      right: size.width - margin(left + width < image.width),
      bottom: size.height - margin(top + height < image.height),
    };
    return { ...size, window: scale < fromScale ? null : window };
  });
}

/** Index in 0 to `length` - 1 of a position in endless mirror images. */
function mirrored(position: number, length: number): number {
  const phase = position % (2 * length);
  return phase < length ? phase : 2 * length - 1 - phase;
}

function writeRow(
  { background }: ImagePair,
  image: Pixels,
  { left, width }: Region,
  y: number,
  floats: Float32Array,
  starts: readonly [number, number, number],
): void {
  const inImage = Math.min(width, image.width - left);
  writeLinearRow(
    image,
    left,
    mirrored(y, image.height),
    inImage,
    background,
    floats,
    starts,
  );
  for (let x = inImage; x < width; x++)
    for (const start of starts)
      floats[start + x] = floats[start + mirrored(x, image.width)]!;
}
