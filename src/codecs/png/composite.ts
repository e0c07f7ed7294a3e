// Plays an APNG: every frame as the whole canvas it shows, each below the last.

import { frameImage, type Animation, type Frame } from "./animation.ts";
import { readRgba, RGBA } from "./rgba.ts";

interface Canvas {
  readonly pixels: Uint8Array;
  readonly width: number;
}

/** 8-bit RGBA of all frames, stacked. Throws `invalid_image` when a frame's data are broken. */
export function stackFrames(animation: Animation): Uint8Array {
  const { width, height } = animation.still.header;
  const size = width * height * RGBA;
  const stack = new Uint8Array(size * animation.frames.length);
  const canvas = { pixels: new Uint8Array(size), width };
  for (const [index, frame] of animation.frames.entries()) {
    const before =
      frame.disposal === 2 && index > 0 ? canvas.pixels.slice() : undefined;
    lay(canvas, frame, readRgba(frameImage(animation, frame)));
    stack.set(canvas.pixels, index * size);
    if (before) canvas.pixels.set(before);
    // The first frame's "previous" is the empty canvas (11.3.6.2).
    else if (frame.disposal !== 0) clear(canvas, frame);
  }
  return stack;
}

function lay(canvas: Canvas, frame: Frame, pixels: Uint8Array): void {
  const { x, y, width, height, blends } = frame;
  const length = width * RGBA;
  for (let row = 0; row < height; row++) {
    const source = pixels.subarray(row * length, (row + 1) * length);
    const at = ((y + row) * canvas.width + x) * RGBA;
    if (blends) over(canvas.pixels, at, source);
    else canvas.pixels.set(source, at);
  }
}

/** "over" on straight alpha (PNG third edition, 13.16). */
function over(target: Uint8Array, at: number, source: Uint8Array): void {
  for (let i = 0; i < source.length; i += RGBA) {
    const alpha = source[i + 3] ?? 0;
    const below = target[at + i + 3] ?? 0;
    if (alpha === 0) continue;
    if (alpha === 255 || below === 0) {
      target.set(source.subarray(i, i + RGBA), at + i);
      continue;
    }
    const [share, rest] = [alpha * 255, (255 - alpha) * below];
    for (let channel = 0; channel < 3; channel++)
      target[at + i + channel] = Math.round(
        ((source[i + channel] ?? 0) * share +
          (target[at + i + channel] ?? 0) * rest) /
          (share + rest),
      );
    target[at + i + 3] = Math.round((share + rest) / 255);
  }
}

function clear(canvas: Canvas, { x, y, width, height }: Frame): void {
  for (let row = 0; row < height; row++) {
    const at = ((y + row) * canvas.width + x) * RGBA;
    canvas.pixels.fill(0, at, at + width * RGBA);
  }
}
