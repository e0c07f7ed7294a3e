// Reads and writes the frames of an APNG (PNG third edition, 11.3.6); inflates no pixels.

import { Cursor } from "../containers/cursor.ts";
import type { Timing } from "../codec.ts";
import { dataOf, readCoded, type Coded } from "./assemble.ts";
import { animationControl, chunksIn } from "./chunks.ts";
import { invalid } from "./image-header.ts";
import { chunkBytes } from "./metadata.ts";

/** 0: the canvas stays; 1: the frame's rectangle is cleared; 2: it becomes what it was before. */
export type Disposal = 0 | 1 | 2;

/** A frame: its rectangle on the canvas in pixels, how it is shown, and its zlib data. */
export interface Frame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly delayMs: number;
  readonly disposal: Disposal;
  /** Whether it is laid over the canvas; else it replaces it. */
  readonly blends: boolean;
  /** fcTL's data after its sequence number, as they came. */
  readonly control: Uint8Array;
  readonly data: Uint8Array;
}

export interface Animation {
  /** What a viewer that knows no APNG shows. */
  readonly still: Coded;
  /** Whether the still is also the first frame. */
  readonly startsWithStill: boolean;
  readonly plays: number;
  readonly frames: readonly Frame[];
}

interface Pending {
  readonly control: Uint8Array;
  readonly parts: Uint8Array[];
}

export function isAnimation(file: Uint8Array): boolean {
  return animationControl(chunksIn(file)) !== undefined;
}

/** Throws `invalid_image` when the chunks do not make the animation that acTL declares. */
export function readAnimation(file: Uint8Array): Animation {
  const still = readCoded(file);
  const pending: Pending[] = [];
  let startsWithStill = false;
  let sequence = 0;
  const inOrder = (data: Uint8Array): Uint8Array => {
    if (new Cursor(data).u32() !== sequence++)
      throw invalid("The PNG's animation is out of order.");
    return data.subarray(4);
  };
  const chunks = chunksIn(file);
  const control = animationControl(chunks);
  const declared = control && new Cursor(dataOf(file, control));
  for (const chunk of chunks) {
    const data = (): Uint8Array => dataOf(file, chunk);
    const last = pending.at(-1);
    if (chunk.type === "fcTL") {
      const shown = inOrder(data());
      if (shown.length !== 22) throw invalid("The PNG's animation is broken.");
      pending.push({ control: shown, parts: [] });
    } else if (chunk.type === "IDAT") {
      startsWithStill = last !== undefined;
      last?.parts.push(data());
    } else if (chunk.type === "fdAT") {
      if (!last) throw invalid("The PNG's animation is broken.");
      last.parts.push(inOrder(data()));
    }
  }
  if (!declared || declared.u32() !== pending.length)
    throw invalid("The PNG's animation lacks frames.");
  const plays = declared.u32();
  const frames = pending.map((frame) => readFrame(frame, still));
  return { still, startsWithStill, plays, frames };
}

function readFrame({ control, parts }: Pending, { header }: Coded): Frame {
  const cursor = new Cursor(control);
  const [width, height] = [cursor.u32(), cursor.u32()];
  const [x, y] = [cursor.u32(), cursor.u32()];
  const [numerator, denominator] = [cursor.u16(), cursor.u16()];
  const [disposal, blend] = [cursor.u8(), cursor.u8()];
  const fits = x + width <= header.width && y + height <= header.height;
  if (width === 0 || height === 0 || !fits || disposal > 2 || blend > 1)
    throw invalid("A frame of the PNG's animation is impossible.");
  if (parts.length === 0)
    throw invalid("A frame of the PNG's animation has no image data.");
  return {
    ...{ x, y, width, height, control },
    // A denominator of 0 stands for 100.
    delayMs: Math.round((numerator * 1000) / (denominator || 100)),
    disposal: disposal as Disposal,
    blends: blend === 1,
    data: Buffer.concat(parts),
  };
}

/** All chunks of the animation from acTL to the last frame, numbered; one chunk of data a frame. */
export function animationChunks(animation: Animation): Uint8Array[] {
  const { still, startsWithStill, plays, frames } = animation;
  let sequence = 0;
  const numbered = (type: string, data: Uint8Array): Uint8Array => {
    const number = Buffer.alloc(4);
    number.writeUInt32BE(sequence++);
    return chunkBytes(type, Buffer.concat([number, data]));
  };
  const counts = Buffer.alloc(8);
  counts.writeUInt32BE(frames.length, 0);
  counts.writeUInt32BE(plays, 4);
  const chunks = [chunkBytes("acTL", counts)];
  if (!startsWithStill) chunks.push(chunkBytes("IDAT", still.data));
  for (const [index, { control, data }] of frames.entries()) {
    chunks.push(numbered("fcTL", control));
    chunks.push(
      startsWithStill && index === 0
        ? chunkBytes("IDAT", data)
        : numbered("fdAT", data),
    );
  }
  return chunks;
}

/** Throws `invalid_image` as `readAnimation` does. */
export function timing(file: Uint8Array): Timing {
  if (!isAnimation(file)) return { delaysMs: [0], plays: 1 };
  const { frames, plays } = readAnimation(file);
  return { delaysMs: frames.map(({ delayMs }) => delayMs), plays };
}

/** The frame as a still of its own. */
export function frameImage({ still }: Animation, frame: Frame): Coded {
  const { width, height, data } = frame;
  return { ...still, header: { ...still.header, width, height }, data };
}
