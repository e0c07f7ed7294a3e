// Lists the blocks of a GIF; decides nothing about what they mean, and decodes no pixels.

import { ServiceError } from "../../errors.ts";
import { copied, latin1 } from "../containers/cursor.ts";
import { openSight, see, type Sight } from "../containers/sight.ts";
import type { Ask, Walk } from "../containers/walk.ts";
import { walkBytes } from "../containers/walk.ts";
import type { Size } from "../../image/geometry.ts";

export type BlockKind =
  "image" | "control" | "comment" | "plain-text" | "application" | "unknown";

/** A block from its introducer to behind its terminator. */
export interface Block {
  readonly kind: BlockKind;
  readonly start: number;
  readonly end: number;
  /** Where its sub-blocks begin. */
  readonly data: number;
  /** The bytes behind introducer (and label): at most 32. */
  readonly head: Uint8Array;
}

export interface Structure {
  /** The logical screen; either side may be 0. */
  readonly screen: Size;
  /** Colors of the global palette; 0 where there is none. */
  readonly globalColors: number;
  /** Where the first block stands: behind the header and the global palette. */
  readonly body: number;
  readonly blocks: readonly Block[];
  /** Behind the last block. */
  readonly end: number;
  /** Whether a trailer, or the end of the file, stands there; else the file is cut off or broken. */
  readonly isWhole: boolean;
}

const HEADER_BYTES = 13;
const DESCRIPTOR_BYTES = 9;
const HEAD_BYTES = 32;
/**
 * A frame takes two blocks, its control and itself: 10,000 frames, ten times
 * what is taken by default. Bounds what hostile files make us list.
 */
const MAX_BLOCKS = 20_000;

const INTRODUCER = { extension: 0x21, image: 0x2c, trailer: 0x3b };
const KINDS: Readonly<Record<number, BlockKind>> = {
  0x01: "plain-text",
  0xf9: "control",
  0xfe: "comment",
  0xff: "application",
};

/** The blocks of a file in memory. Throws `invalid_image` when it is no GIF, `image_too_large` beyond MAX_BLOCKS. */
export function structureOf(file: Uint8Array): Structure {
  return walkBytes(file, walkGif());
}

/**
 * Walks up to the trailer, the first thing that is no block, or the end of the
 * data. Throws `invalid_image` for any other file, and for one of more than
 * 20,000 blocks.
 */
export function* walkGif(): Walk<Structure> {
  const sight = openSight();
  const header = yield* see(sight, 0, HEADER_BYTES);
  if (
    header.length < HEADER_BYTES ||
    !/^GIF8[79]a/.test(latin1(header.subarray(0, 6)))
  )
    throw new ServiceError("invalid_image", "The file is not a GIF image.");
  const view = Buffer.from(header.subarray(0, HEADER_BYTES));
  const screen = { width: view.readUInt16LE(6), height: view.readUInt16LE(8) };
  const palette = paletteBytes(view.readUInt8(10));
  const globalColors = palette / 3;
  const body = HEADER_BYTES + palette;
  const blocks: Block[] = [];
  let at = body;
  for (;;) {
    const look = yield* see(sight, at, 2 + HEAD_BYTES);
    if (look.length === 0 || look[0] === INTRODUCER.trailer)
      return { screen, globalColors, body, blocks, end: at, isWhole: true };
    if (blocks.length >= MAX_BLOCKS)
      throw new ServiceError(
        "image_too_large",
        "The GIF has more blocks than any limit on frames allows.",
        { limit: MAX_BLOCKS },
      );
    const block = yield* readBlock(sight, at, look);
    if (!block)
      return { screen, globalColors, body, blocks, end: at, isWhole: false };
    blocks.push(block);
    at = block.end;
  }
}

/** The block at `start`, of which `look` is the beginning; undefined when there is none or it does not end. */
function* readBlock(
  sight: Sight,
  start: number,
  look: Uint8Array,
): Generator<Ask, Block | undefined, Uint8Array> {
  const isImage = look[0] === INTRODUCER.image;
  if (!isImage && look[0] !== INTRODUCER.extension) return undefined;
  const introducer = isImage ? 1 : 2;
  const head = copied(look.subarray(introducer, introducer + HEAD_BYTES));
  if (isImage && head.length < DESCRIPTOR_BYTES) return undefined;
  const kind = isImage ? "image" : (KINDS[look[1] ?? 0] ?? "unknown");
  const data = isImage
    ? start + 1 + DESCRIPTOR_BYTES + paletteBytes(head[8] ?? 0) + 1
    : start + 2;
  const end = yield* endOfSubBlocks(sight, data);
  return end === undefined ? undefined : { kind, start, end, data, head };
}

/** Behind the terminator of the sub-blocks at `start`; undefined when the data end before. */
function* endOfSubBlocks(
  sight: Sight,
  start: number,
): Generator<Ask, number | undefined, Uint8Array> {
  let at = start;
  for (;;) {
    const piece = yield* see(sight, at, 1);
    if (piece.length === 0) return undefined;
    let index = 0;
    while (index < piece.length) {
      const size = piece[index] ?? 0;
      index += 1 + size;
      if (size === 0) return at + index;
    }
    at += index;
  }
}

/** The data in a block's sub-blocks, joined. */
export function joinSubBlocks(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  let at = 0;
  for (let size = bytes[0] ?? 0; size > 0; size = bytes[at] ?? 0) {
    parts.push(bytes.subarray(at + 1, at + 1 + size));
    at += 1 + size;
  }
  return joined(parts);
}

/** Parts one behind the other, in one copy. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Bytes of the color table that a packed field announces (GIF89a, 18 and 20). */
export function paletteBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}
