// Builds small WebPs for tests: stills by libwebp, animations frame by frame, each frame of either kind.

import sharp from "sharp";
import type { Sharp, WebpOptions } from "sharp";

import { chunkBytes } from "./chunks.ts";
import { readContent, writeContent } from "./pictures.ts";

export interface Shape {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
}

/** A smooth picture with a little grain, translucent towards the right where it has alpha. */
export function picture(shape: Shape, seed = 0): Sharp {
  const { width, height, channels } = shape;
  const pixels = new Uint8Array(width * height * channels);
  for (let at = 0; at < pixels.length; at++) {
    const channel = at % channels;
    const index = Math.floor(at / channels);
    const [x, y] = [index % width, Math.floor(index / width)];
    const wave = 120 + 70 * Math.sin((x + seed * 9) / 11 + channel + y / 17);
    const grain = (Math.imul(at + seed, 2_654_435_761) >>> 24) / 8;
    pixels[at] = channel === 3 ? 255 - (x * 200) / width : wave + grain;
  }
  return sharp(pixels, { raw: shape });
}

export async function encoded(
  source: Sharp,
  options: WebpOptions,
): Promise<Uint8Array> {
  return new Uint8Array(await source.webp(options).toBuffer());
}

export interface FrameRecipe {
  readonly shape: Shape;
  readonly options: WebpOptions;
  readonly left: number;
  readonly top: number;
  readonly delayMs: number;
  /** ANMF's last byte: 1 clears the frame's place after it, 2 draws without blending. */
  readonly flags: number;
}

/** An animation on a canvas of 96 × 64 with a background of its own. */
export async function animation(
  recipes: readonly FrameRecipe[],
  plays: number,
): Promise<Uint8Array> {
  const frames = [];
  for (const [index, recipe] of recipes.entries()) {
    const { shape, options, left, top, delayMs, flags } = recipe;
    const file = await encoded(picture(shape, index), options);
    const { still } = readContent(file);
    if (!still) throw new Error("a still was expected");
    const place = Buffer.alloc(16);
    place.writeUIntLE(left / 2, 0, 3);
    place.writeUIntLE(top / 2, 3, 3);
    place.writeUIntLE(shape.width - 1, 6, 3);
    place.writeUIntLE(shape.height - 1, 9, 3);
    place.writeUIntLE(delayMs, 12, 3);
    place.writeUInt8(flags, 15);
    frames.push({ place, picture: still });
  }
  const anim = Buffer.from([10, 20, 30, 255, 0, 0]);
  anim.writeUInt16LE(plays, 4);
  return writeContent({
    animation: { anim, width: 96, height: 64, hasAlpha: true, frames },
  });
}

/** The file with a chunk put before its end, as foreign tools leave them. */
export function withChunk(
  file: Uint8Array,
  name: string,
  data: Uint8Array,
): Uint8Array {
  const whole = Buffer.concat([file, chunkBytes(name, data)]);
  whole.writeUInt32LE(whole.length - 8, 4);
  return new Uint8Array(whole);
}
