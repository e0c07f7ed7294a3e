// Cuts a decoded photograph to what a file is made of: the whole, less of it, or an animation over it.

import { sharp } from "../../src/engines/sharp.ts";
import type { Raster } from "../corpus/picture.ts";
import type { Cut } from "./recipes.ts";

/** A picture that is smaller than this times what is asked for is taken as it is. */
const WORTH_CUTTING = 1.3;
/** How long a frame stands. */
const DELAY_MS = 80;
/** Pixels that an animation's window moves by from frame to frame. */
const STEP = { x: 4, y: 2 };

export async function cutOf(picture: Raster, cut: Cut): Promise<Raster> {
  if (cut.by === "scale") return scaled(picture, cut.megapixels * 1e6);
  if (cut.by === "crop") return cropped(picture, cut.megapixels * 1e6);
  if (cut.by === "pan") return panned(picture, cut);
  return cut.by === "inset" ? inset(picture, cut) : picture;
}

function isWorth({ width, height }: Raster, pixels: number): boolean {
  return width * height > pixels * WORTH_CUTTING;
}

async function scaled(picture: Raster, pixels: number): Promise<Raster> {
  if (!isWorth(picture, pixels)) return picture;
  const { width, height, channels } = picture;
  const share = Math.sqrt(pixels / (width * height));
  const { data, info } = await sharp(picture.samples, {
    raw: { width, height, channels },
  })
    .resize(Math.round(width * share), Math.round(height * share), {
      fit: "fill",
    })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return {
    ...picture,
    width: info.width,
    height: info.height,
    samples: new Uint8Array(data),
  };
}

function cropped(picture: Raster, pixels: number): Raster {
  if (!isWorth(picture, pixels)) return picture;
  const share = Math.sqrt(pixels / (picture.width * picture.height));
  const width = Math.round(picture.width * share);
  const height = Math.round(picture.height * share);
  const left = Math.floor((picture.width - width) / 2);
  const top = Math.floor((picture.height - height) / 2);
  const samples = new Uint8Array(width * height * picture.channels);
  copy(picture, { left, top }, { ...picture, width, height, samples }, 0);
  return { ...picture, width, height, samples };
}

interface Animation {
  readonly frames: number;
  /** Of one frame. */
  readonly pixels: number;
}

/** Twice as large as a frame, so that there is something to move over. */
const stageOf = (picture: Raster, { pixels }: Animation): Promise<Raster> =>
  scaled(picture, pixels * 4);

async function panned(picture: Raster, asked: Animation): Promise<Raster> {
  const stage = await stageOf(picture, asked);
  const film = blank(stage, asked);
  for (let frame = 0; frame < asked.frames; frame++) {
    copy(stage, { left: frame * STEP.x, top: frame * STEP.y }, film, frame);
  }
  return film;
}

async function inset(picture: Raster, asked: Animation): Promise<Raster> {
  const stage = await stageOf(picture, asked);
  const film = blank(stage, asked);
  const width = Math.floor(film.width / 3);
  const height = Math.floor(film.height / 3);
  for (let frame = 0; frame < asked.frames; frame++) {
    copy(stage, { left: 0, top: 0 }, film, frame);
    const from = { left: width + frame * STEP.x, top: height + frame * STEP.y };
    copy(stage, from, film, frame, { left: width, top: height, width, height });
  }
  return film;
}

function blank(stage: Raster, { frames }: Animation): Raster {
  const width = Math.floor(stage.width / 2);
  const height = Math.floor(stage.height / 2);
  return {
    ...{ width, height, channels: stage.channels },
    delaysMs: Array.from({ length: frames }, () => DELAY_MS),
    samples: new Uint8Array(width * height * stage.channels * frames),
  };
}

/** Fills an area of a frame (all of it, unless told) with what lies at `from`, or at the nearest edge. */
function copy(
  source: Raster,
  from: { readonly left: number; readonly top: number },
  target: Raster,
  frame: number,
  area = { left: 0, top: 0, width: target.width, height: target.height },
): void {
  const { channels } = source;
  const left = Math.min(from.left, source.width - area.width);
  for (let y = 0; y < area.height; y++) {
    const row = Math.min(from.top + y, source.height - 1);
    const start = (row * source.width + left) * channels;
    const line = frame * target.height + area.top + y;
    target.samples.set(
      source.samples.subarray(start, start + area.width * channels),
      (line * target.width + area.left) * channels,
    );
  }
}
