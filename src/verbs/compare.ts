// Sets the decoded pixels of two files side by side: equal, opaque, or how far apart by score.

import type { CodecBack, RawPixels, Tolerance } from "../codecs/codec.ts";
import type { Facts, Orientation } from "../image/facts.ts";
import { UPRIGHT } from "../image/geometry.ts";
import type { Pixels } from "../score/pixels.ts";
import { framesOf } from "../pipeline/frames.ts";
import type { Canvas } from "../pipeline/canvas.ts";
import { openCanvas } from "../pipeline/open.ts";
import { meanScore, scoredFrames } from "../score/animation.ts";
import { CODECS } from "../codecs/table.ts";
import type { VerbBench } from "./bench.ts";

export interface RgbaPixels extends RawPixels {
  readonly channels: 4;
}

export interface DecodeContext {
  readonly back: CodecBack;
  readonly bench: VerbBench;
  readonly maxPixels: number;
  /** How strictly a file is read; "warning" unless its damage has been found bearable. */
  readonly tolerance?: Tolerance;
}

/**
 * All frames of a file, below each other, as they are stored or (stills only)
 * brought upright from `turn`: its own samples in RGBA, 16-bit where it is
 * deeper than 8, no profile applied.
 * Rejects when it does not decode to its end.
 */
export async function pixelsOf(
  path: string,
  facts: Facts,
  context: DecodeContext,
  turn: Orientation = 1,
): Promise<RgbaPixels> {
  const canvas = await canvasOf(path, facts, context);
  const { orientsOnDecode } = CODECS[facts.format];
  const { degrees, mirror } = UPRIGHT[orientsOnDecode ? 1 : turn];
  canvas.queue((chain) => {
    const mirrored = mirror ? chain.flop() : chain;
    const turned = degrees === 0 ? mirrored : mirrored.rotate(degrees);
    return turned.ensureAlpha();
  });
  const pixels = await canvas.pixels();
  if (pixels.channels !== 4) throw new Error("pixels are not RGBA");
  return { ...pixels, channels: 4 };
}

/** Decodes all frames of a file to its end, and keeps one channel of them no longer than that takes. Rejects as `pixelsOf` does. */
export async function readThrough(
  path: string,
  facts: Facts,
  context: DecodeContext,
): Promise<void> {
  const canvas = await canvasOf(path, facts, context);
  canvas.queue((chain) => chain.extractChannel(0));
  await canvas.pixels();
}

async function canvasOf(
  path: string,
  facts: Facts,
  { back, bench, maxPixels, tolerance = "warning" }: DecodeContext,
): Promise<Canvas> {
  const decoded = await back.decode(path, facts, bench);
  return openCanvas(
    {
      path,
      facts,
      codec: CODECS[facts.format],
      back,
      decoded: { ...decoded, convertProfile: false },
    },
    { tolerance, maxPixels },
    facts.bitDepth > 8,
  );
}

/** Whether any sample differs, 8-bit ones counting as their 16-bit likes; colors under full transparency do not count. */
export function differs(a: RgbaPixels, b: RgbaPixels): boolean {
  if (a.data.length !== b.data.length) return true;
  const scaleA = a.data instanceof Uint16Array ? 1 : 257;
  const scaleB = b.data instanceof Uint16Array ? 1 : 257;
  for (let at = 0; at < a.data.length; at += 4) {
    const alpha = a.data[at + 3]! * scaleA;
    if (alpha !== b.data[at + 3]! * scaleB) return true;
    if (alpha === 0) continue;
    for (let channel = at; channel < at + 3; channel++) {
      if (a.data[channel]! * scaleA !== b.data[channel]! * scaleB) return true;
    }
  }
  return false;
}

export function isOpaque({ data }: RgbaPixels): boolean {
  const full = data instanceof Uint16Array ? 65_535 : 255;
  for (let at = 3; at < data.length; at += 4) {
    if (data[at] !== full) return false;
  }
  return true;
}

/** The mean SSIMULACRA2 score over up to five frames; large frames are sampled. */
export function scoreBetween(
  reference: RgbaPixels,
  distorted: RgbaPixels,
  frames: number,
): number {
  const before = framesOf(reference, frames);
  const after = framesOf(distorted, frames);
  return meanScore(
    scoredFrames(frames).map((at) => ({
      before: to8Bit(before[at]!),
      after: to8Bit(after[at]!),
    })),
  );
}

function to8Bit({ data, width, height }: RawPixels): Pixels {
  const bytes = data instanceof Uint16Array ? highBytes(data) : data;
  return { data: bytes, width, height, channels: 4 };
}

/** Not `Uint8Array.from`: it lists its source first, and 50 MP at 16 bits do not fit a list. */
function highBytes(data: Uint16Array): Uint8Array {
  const bytes = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at++) bytes[at] = data[at]! >> 8;
  return bytes;
}
