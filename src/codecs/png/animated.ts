// Makes APNGs smaller, frame by frame: packs each exactly, or lets all share one palette. Rectangles, order and timing stay.

import {
  ALL_FILTERS,
  NO_REDUCTIONS,
  oxipng,
  type RowFilter,
} from "../../engines/oxipng.ts";
import type { Candidate, OptimizeJob } from "../codec.ts";
import {
  animationChunks,
  frameImage,
  readAnimation,
  type Animation,
} from "./animation.ts";
import { assembleAround, bare, readCoded, type Coded } from "./assemble.ts";
import { bestFilter, deflateRows } from "./deflate.ts";
import { hasManyColors, indexPictures, type Picture } from "./palette.ts";
import { isLarge, leastScore, type ReductionSettings } from "./plan.ts";
import { reducePicture } from "./reduce.ts";
import { readRgba, RGBA } from "./rgba.ts";
import { readRows } from "./scanlines.ts";

/** By oxipng, or by zlib where there are too many pixels; in a palette where it holds all colors as they are, and is smaller. */
export async function packAnimation(job: OptimizeJob): Promise<Candidate> {
  const animation = readAnimation(job.input);
  const large = isLarge(job.facts);
  const images = imagesOf(animation);
  const results = [await packed(images, large, ALL_FILTERS)];
  const indexed =
    job.facts.bitDepth <= 8 ? indexPictures(images.map(pictureOf)) : undefined;
  if (indexed) results.push(await packed(indexed, large, [0]));
  const smallest = results
    .map((coded) => written(animation, coded, job))
    .reduce((a, b) => (b.length < a.length ? b : a));
  return made(smallest, large ? "deflate" : "oxipng");
}

/** All frames, and the still where it is none of them, as one picture. */
export function stripOfFrames(animation: Animation): Picture {
  return stripOf(imagesOf(animation).map(pictureOf));
}

/** By one palette of 256 colors for all frames; a reason where they already have no more. */
export async function quantizeAnimation(
  job: OptimizeJob,
  settings: ReductionSettings,
): Promise<Candidate | string> {
  const animation = readAnimation(job.input);
  const large = isLarge(job.facts);
  const pictures = imagesOf(animation).map(pictureOf);
  if (!hasManyColors(pictures)) return "few-colors";
  const { quality } = job.intent;
  const strip = stripOf(pictures);
  const palette = await reducePicture(strip, settings);
  if (!palette) return "score-too-low";
  const method = large ? palette.method : "imagequant + oxipng";
  const drawn = { ...strip, pixels: palette.pixels() };
  const indexed = indexPictures(cut(drawn, pictures));
  if (!indexed) return "palette-lost";
  const coded = await packed(indexed, large, ALL_FILTERS);
  return {
    ...made(written(animation, coded, job), method),
    minScore: leastScore(quality),
    ...(job.facts.bitDepth > 8 && { warnings: ["depth-reduced"] }),
  };
}

function made(bytes: Uint8Array, method: string): Candidate {
  return { bytes, method, byTool: false, upright: false };
}

/** The frames, and before them the still where it is none of them. */
function imagesOf(animation: Animation): Coded[] {
  const frames = animation.frames.map((frame) => frameImage(animation, frame));
  return animation.startsWithStill ? frames : [animation.still, ...frames];
}

function pictureOf(coded: Coded): Picture {
  const { width, height } = coded.header;
  return { width, height, pixels: readRgba(coded) };
}

/** The animation with `images`, in the order of `imagesOf`, for its own. */
function written(
  animation: Animation,
  images: readonly Coded[],
  job: OptimizeJob,
): Uint8Array {
  const [first] = images;
  if (!first) throw new Error("an animation without images");
  const rest = animation.startsWithStill ? images : images.slice(1);
  const frames = animation.frames.map((frame, index) => ({
    ...frame,
    data: rest[index]?.data ?? frame.data,
  }));
  const { width, height } = animation.still.header;
  const image = { ...first, header: { ...first.header, width, height } };
  const body = animationChunks({ ...animation, still: first, frames });
  return assembleAround(image, body, job);
}

/** Each image packed anew; its own data are kept where that is no gain, unless they are interlaced, for all must be alike. */
async function packed(
  images: readonly Coded[],
  large: boolean,
  filters: readonly RowFilter[],
): Promise<Coded[]> {
  const results: Coded[] = [];
  for (const image of images) {
    const mayStay = !image.header.interlaced;
    const result =
      (large ? undefined : await byOxipng(image, filters)) ?? byZlib(image);
    const isGain = result.data.length < image.data.length;
    results.push(isGain || !mayStay ? result : image);
  }
  return results;
}

/** Undefined where oxipng changed what all frames share. */
async function byOxipng(
  image: Coded,
  filters: readonly RowFilter[],
): Promise<Coded | undefined> {
  // All frames must have the one header: nothing may be said in another way.
  const result = readCoded(await oxipng(bare(image), NO_REDUCTIONS, filters));
  const isSame =
    result.header.bitDepth === image.header.bitDepth &&
    result.header.colorType === image.header.colorType &&
    !result.header.interlaced &&
    sameBytes(result.palette, image.palette) &&
    sameBytes(result.transparency, image.transparency);
  return isSame ? result : undefined;
}

function sameBytes(a?: Uint8Array, b?: Uint8Array): boolean {
  return Buffer.compare(a ?? Buffer.alloc(0), b ?? Buffer.alloc(0)) === 0;
}

function byZlib(image: Coded): Coded {
  const rows = readRows(image.data, image.header);
  const header = { ...image.header, interlaced: false };
  return {
    ...image,
    header,
    data: deflateRows(rows, header, bestFilter(rows, header)),
  };
}

/** All pictures in one, each below the last; narrower ones are widened by their last column, which adds no color. */
function stripOf(pictures: readonly Picture[]): Picture {
  const width = Math.max(...pictures.map((picture) => picture.width));
  const height = pictures.reduce((sum, picture) => sum + picture.height, 0);
  const pixels = new Uint8Array(width * height * RGBA);
  let at = 0;
  for (const picture of pictures) {
    const length = picture.width * RGBA;
    for (let y = 0; y < picture.height; y++) {
      const row = picture.pixels.subarray(y * length, (y + 1) * length);
      pixels.set(row, at);
      for (let to = length; to < width * RGBA; to += RGBA)
        pixels.set(row.subarray(length - RGBA), at + to);
      at += width * RGBA;
    }
  }
  return { width, height, pixels };
}

/** The pictures of those shapes out of their strip. */
function cut(strip: Picture, shapes: readonly Picture[]): Picture[] {
  let top = 0;
  return shapes.map(({ width, height }) => {
    const pixels = new Uint8Array(width * height * RGBA);
    for (let y = 0; y < height; y++) {
      const from = (top + y) * strip.width * RGBA;
      pixels.set(
        strip.pixels.subarray(from, from + width * RGBA),
        y * width * RGBA,
      );
    }
    top += height;
    return { width, height, pixels };
  });
}
