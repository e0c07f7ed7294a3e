// Reads a frame's palette indices out of a GIF and writes them back in codes for a tool to compress; changes none of them.

import { joinSubBlocks, type Block } from "./blocks.ts";
import type { Frame } from "./frames.ts";
import { readCodes, storeCodes } from "./lzw.ts";

/** A frame with its pixels. */
export interface Picture {
  readonly frame: Frame;
  /** Bytes red, green, blue of each color. */
  readonly palette: Uint8Array;
  /** Of an index: 2 to 8. */
  readonly bits: number;
  /** Rows top to bottom, whether interlaced or not. */
  readonly indices: Uint8Array;
  /** The index that draws nothing; -1 where none is. */
  readonly transparent: number;
}

const LOCAL_PALETTE = 0x80;
const INTERLACED = 0x40;
const DESCRIPTOR_FLAGS = 9;
/** First row and step of an interlaced frame's passes (GIF89a, appendix E). */
const PASSES = [
  [0, 8],
  [4, 8],
  [2, 4],
  [1, 2],
] as const;

/** The picture of an image block, with the graphic control that stands before it. Damaged pixels are 0. */
export function readPicture(
  file: Uint8Array,
  block: Block,
  frame: Frame,
  control: Block | undefined,
  globalPalette: Uint8Array,
): Picture {
  const hasOwn = ((block.head[8] ?? 0) & LOCAL_PALETTE) !== 0;
  const codeBits = Math.min(file[block.data - 1] ?? 8, 8);
  const data = joinSubBlocks(file.subarray(block.data, block.end));
  const read = readCodes(data, codeBits, frame.width * frame.height);
  // An index that no code can give is no transparent one.
  const index = control?.head[4] ?? -1;
  return {
    frame,
    palette: hasOwn
      ? file.subarray(block.start + DESCRIPTOR_FLAGS + 1, block.data - 1)
      : globalPalette,
    bits: Math.max(codeBits, 2),
    indices: frame.interlaced ? inRowOrder(read, frame) : read,
    transparent: frame.transparent && index < 2 ** codeBits ? index : -1,
  };
}

function inRowOrder(read: Uint8Array, { width, height }: Frame): Uint8Array {
  const rows = new Uint8Array(read.length);
  let at = 0;
  for (const [start, step] of PASSES)
    for (let row = start; row < height; row += step, at += width)
      rows.set(read.subarray(at, at + width), row * width);
  return rows;
}

/** A graphic control, the block's descriptor and palette as they were but not interlaced, and the picture's indices, stored. */
export function writePicture(
  file: Uint8Array,
  block: Block,
  { frame, bits, indices, transparent }: Picture,
): Uint8Array[] {
  const { delay, disposal } = frame;
  const flags = (disposal << 2) | (transparent >= 0 ? 1 : 0);
  const head = file.slice(block.start, block.data - 1);
  head[DESCRIPTOR_FLAGS] = (head[DESCRIPTOR_FLAGS] ?? 0) & ~INTERLACED;
  return [
    Uint8Array.of(0x21, 0xf9, 4, flags, delay & 255, delay >> 8),
    Uint8Array.of(Math.max(transparent, 0), 0),
    head,
    Uint8Array.of(bits),
    storeCodes(indices, bits),
  ];
}
