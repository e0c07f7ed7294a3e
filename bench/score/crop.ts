// Finds where a result differs most from its original, and cuts both out there; the measure itself is src/score's.

import type { WorkBench } from "../../src/codecs/codec.ts";
import { sharp } from "../../src/engines/sharp.ts";
import type { Pixels } from "../../src/score/pixels.ts";
import { ssimulacra2 } from "../../src/score/ssimulacra2.ts";
import { MAX_FRAMES, spread } from "./compare.ts";
import { openPicture, pixelsOf } from "./frames.ts";

/** In pixels of the upright picture. */
export interface Window {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Crop extends Window {
  /** From 0. */
  readonly frame: number;
  readonly frames: number;
  /** Of the whole picture. */
  readonly pictureWidth: number;
  readonly pictureHeight: number;
  /** Of the window alone. */
  readonly score: number;
  /** Lossless WebP in base64, by the name of its side. */
  readonly before: string;
  readonly after: string;
}

/**
 * The window of at most the size given whose score is the least, of all that
 * lie half a window apart, in the frames that `compare` looks at. Rejects when
 * a file does not decode, and with a RangeError when their sizes differ. About
 * 0.25 CPU-s per megapixel and frame, since windows overlap.
 */
export async function worstCrop(
  original: string,
  result: string,
  size: { readonly width: number; readonly height: number },
  bench: WorkBench,
): Promise<Crop> {
  const before = await openPicture(original, bench);
  const after = await openPicture(result, bench);
  const hasAlpha = before.facts.hasAlpha || after.facts.hasAlpha;
  const frames = Math.min(before.frames, after.frames);
  let worst: { frame: number; window: Window; score: number } | undefined;
  for (const frame of spread(frames, MAX_FRAMES)) {
    const found = worstWindow(
      await pixelsOf(before, frame, hasAlpha),
      await pixelsOf(after, frame, hasAlpha),
      size,
    );
    if (worst === undefined || found.score < worst.score) {
      worst = { frame, ...found };
    }
  }
  if (worst === undefined) throw new RangeError("no frame");
  const reference = await pixelsOf(before, worst.frame, hasAlpha);
  const distorted = await pixelsOf(after, worst.frame, hasAlpha);
  return {
    ...worst.window,
    frame: worst.frame,
    frames: before.facts.frames,
    pictureWidth: reference.width,
    pictureHeight: reference.height,
    score: worst.score,
    before: await encoded(cutOut(reference, worst.window)),
    after: await encoded(cutOut(distorted, worst.window)),
  };
}

/** Throws a RangeError when the two differ in size. */
export function worstWindow(
  reference: Pixels,
  distorted: Pixels,
  size: { readonly width: number; readonly height: number },
): { window: Window; score: number } {
  if (
    reference.width !== distorted.width ||
    reference.height !== distorted.height
  ) {
    throw new RangeError("Result and original differ in size.");
  }
  const scored = windowsOf(reference, size).map((window) => ({
    window,
    score: ssimulacra2(cutOut(reference, window), cutOut(distorted, window)),
  }));
  return scored.reduce((a, b) => (b.score < a.score ? b : a));
}

function windowsOf(
  picture: Pixels,
  size: { readonly width: number; readonly height: number },
): Window[] {
  const width = Math.min(size.width, picture.width);
  const height = Math.min(size.height, picture.height);
  return starts(picture.height, height).flatMap((top) =>
    starts(picture.width, width).map((left) => ({ left, top, width, height })),
  );
}

/** Half a window apart, and one that ends where the picture does. */
function starts(length: number, window: number): number[] {
  const step = Math.max(1, Math.floor(window / 2));
  const last = length - window;
  const count = Math.ceil(last / step);
  return Array.from({ length: count + 1 }, (_, at) =>
    Math.min(at * step, last),
  );
}

export function cutOut(
  { data, width, channels }: Pixels,
  window: Window,
): Pixels {
  const row = window.width * channels;
  const cut = new Uint8Array(row * window.height);
  for (let y = 0; y < window.height; y++) {
    const from = ((window.top + y) * width + window.left) * channels;
    cut.set(data.subarray(from, from + row), y * row);
  }
  return { data: cut, width: window.width, height: window.height, channels };
}

async function encoded({
  data,
  width,
  height,
  channels,
}: Pixels): Promise<string> {
  const bytes = await sharp(data, { raw: { width, height, channels } })
    .webp({ lossless: true, effort: 4 })
    .toBuffer();
  return bytes.toString("base64");
}
