// Takes a WebP apart into the pictures it shows and puts them together again, byte for byte; metadata and everything unknown stay behind.

import { ServiceError } from "../../errors.ts";
import { walkRiff, type RiffChunk } from "../containers/riff.ts";
import { walkBytes } from "../containers/walk.ts";
import { readVp8, readVp8l, type Bitstream } from "./bitstream.ts";
import { chunkBytes, fileOf, FLAG, vp8xData } from "./chunks.ts";

/** ANMF's own fields before the frame's chunks (RFC 9649, 2.7.1.1). */
const PLACE_BYTES = 16;
/** ANIM: background color (4 bytes), then how often it plays (2). */
const ANIM_BYTES = 6;

/** One coded picture: a still, or what one frame of an animation adds. */
export interface CodedPicture {
  readonly kind: "VP8 " | "VP8L";
  readonly data: Uint8Array;
  /** The ALPH chunk beside a lossy picture. */
  readonly alpha?: Uint8Array;
  readonly bitstream: Bitstream;
}

/** A frame: its picture, and where, how long and over what it stands, as ANMF says it. */
export interface AnimationFrame {
  readonly place: Uint8Array;
  readonly picture: CodedPicture;
}

/** What an animation is beside its frames. */
export interface Animation {
  /** Background and plays, as the file says them. */
  readonly anim: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly hasAlpha: boolean;
  readonly frames: readonly AnimationFrame[];
}

export type WebpContent =
  | { readonly still: CodedPicture; readonly animation?: never }
  | { readonly animation: Animation; readonly still?: never };

/** Chunks that hold pictures or frame them. */
const OWN = new Set(["VP8X", "ANIM", "ANMF", "ALPH", "VP8 ", "VP8L"]);
/** Chunks of metadata, which have readers of their own. */
const METADATA = new Set(["ICCP", "EXIF", "XMP "]);

/** Takes the file apart. Throws `invalid_image` when pictures are missing, broken or cut off. */
export function readContent(file: Uint8Array): WebpContent {
  const chunks = walkBytes(file, walkRiff("WEBP"));
  const anim = chunks.find(({ name }) => name === "ANIM");
  const frames = chunks.filter(({ name }) => name === "ANMF");
  if (frames.length === 0) return { still: readPicture(file, chunks) };
  const canvas = chunks.find(({ name }) => name === "VP8X");
  if (!anim || !canvas || canvas.length < 10 || anim.length < ANIM_BYTES)
    throw invalid("The WebP's animation has no frame to stand in.");
  const view = Buffer.from(dataOf(file, canvas));
  return {
    animation: {
      anim: dataOf(file, anim).subarray(0, ANIM_BYTES),
      width: view.readUIntLE(4, 3) + 1,
      height: view.readUIntLE(7, 3) + 1,
      hasAlpha: (view.readUInt8(0) & FLAG.alpha) !== 0,
      frames: frames.map((frame) => readFrame(dataOf(file, frame))),
    },
  };
}

/** The chunks of a file that are neither picture nor known metadata, whole. */
export function readOthers(file: Uint8Array): Uint8Array[] {
  return walkBytes(file, walkRiff("WEBP"))
    .filter(({ name }) => !OWN.has(name) && !METADATA.has(name))
    .map((chunk) => chunkBytes(chunk.name, clippedData(file, chunk)));
}

/**
 * The smallest file that shows this content, `others` at its end. VP8X is
 * there only for what needs it: an animation, or alpha beside a lossy picture.
 */
export function writeContent(
  content: WebpContent,
  others: readonly Uint8Array[] = [],
): Uint8Array {
  if (content.still) {
    const { still } = content;
    const flags = hasAlpha(still) ? FLAG.alpha : 0;
    const needsCanvas = still.alpha !== undefined || others.length > 0;
    const canvas = chunkBytes("VP8X", vp8xData(flags, still.bitstream));
    return fileOf([
      ...(needsCanvas ? [canvas] : []),
      ...pictureChunks(still),
      ...others,
    ]);
  }
  const { anim, frames, ...canvas } = content.animation;
  const alpha = canvas.hasAlpha || frames.some((one) => hasAlpha(one.picture));
  const flags = FLAG.animation | (alpha ? FLAG.alpha : 0);
  return fileOf([
    chunkBytes("VP8X", vp8xData(flags, canvas)),
    chunkBytes("ANIM", anim),
    ...frames.map(({ place, picture }) =>
      chunkBytes("ANMF", Buffer.concat([place, ...pictureChunks(picture)])),
    ),
    ...others,
  ]);
}

/** Pixels of the still, or of all that an animation's frames add. */
export function pixelsOf({ still, animation }: WebpContent): number {
  const pictures = still
    ? [still]
    : animation.frames.map(({ picture }) => picture);
  return pictures.reduce(
    (sum, { bitstream: { width, height } }) => sum + width * height,
    0,
  );
}

/** Bytes that a picture's chunks take. */
export function pictureBytes(picture: CodedPicture): number {
  return pictureChunks(picture).reduce((sum, { length }) => sum + length, 0);
}

/** The 16 bytes of ANMF, and its chunks as a file of their own would have them. */
function readFrame(data: Uint8Array): AnimationFrame {
  const chunks = fileOf([data.subarray(PLACE_BYTES)]);
  const picture = readPicture(chunks, walkBytes(chunks, walkRiff("WEBP")));
  return { place: data.subarray(0, PLACE_BYTES), picture };
}

function readPicture(
  file: Uint8Array,
  chunks: readonly RiffChunk[],
): CodedPicture {
  const image = chunks.find(({ name }) => name === "VP8 " || name === "VP8L");
  if (!image) throw invalid("The WebP holds no image.");
  const data = dataOf(file, image);
  const kind = image.name === "VP8L" ? "VP8L" : "VP8 ";
  const bitstream = kind === "VP8L" ? readVp8l(data) : readVp8(data);
  if (!bitstream || bitstream.width === 0 || bitstream.height === 0)
    throw invalid("The WebP's image is broken.");
  const alpha = chunks.find(({ name }) => name === "ALPH");
  const beside = kind === "VP8 " && alpha && alpha.start < image.start;
  return {
    kind,
    data,
    bitstream,
    ...(beside && { alpha: dataOf(file, alpha) }),
  };
}

function pictureChunks({ kind, data, alpha }: CodedPicture): Uint8Array[] {
  return [
    ...(alpha ? [chunkBytes("ALPH", alpha)] : []),
    chunkBytes(kind, data),
  ];
}

/** Whether a picture may have pixels that are not opaque. */
export function hasAlpha({ alpha, bitstream }: CodedPicture): boolean {
  return alpha !== undefined || bitstream.hasAlpha;
}

function dataOf(file: Uint8Array, chunk: RiffChunk): Uint8Array {
  const data = clippedData(file, chunk);
  if (data.length < chunk.length) throw invalid("The WebP is cut off.");
  return data;
}

function clippedData(
  file: Uint8Array,
  { offset, length }: RiffChunk,
): Uint8Array {
  return file.subarray(offset, offset + length);
}

function invalid(message: string): ServiceError {
  return new ServiceError("invalid_image", message);
}
