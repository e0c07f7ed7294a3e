// Lists the boxes of an ISO base media file and reads their heads; decides nothing about what they mean.

import { ServiceError } from "../../errors.ts";
import { Cursor, latin1 } from "./cursor.ts";
import type { Walk } from "./walk.ts";

/** A box: where it starts, and where its content lies (after size, type and 64-bit size). */
export interface BoxSpan {
  readonly type: string;
  readonly start: number;
  readonly offset: number;
  readonly length: number;
}

/** A box inside bytes already in memory. */
export interface Box extends BoxSpan {
  readonly content: Uint8Array;
}

/** Boxes on one level of a file; a camera writes 3 to 6, a fragmented sequence a pair per fragment. */
const MAX_BOXES = 4096;
/** Boxes in memory on one level: 2,000 items (heif-meta.ts) with a size, a configuration and a color of their own each have 6,000. Bounds 50,000 empty ones in 400 KB. */
const MAX_MEMORY_BOXES = 10_000;

/**
 * The boxes from `from` to `to` of a file, up to the first that `isLast`. A box that claims more than there
 * is ends at `to`, as size 0 says outright. Throws `invalid_image` when a size
 * is smaller than its own head, or for more boxes than any real file has.
 */
export function* walkBoxes(
  from: number,
  to: number,
  isLast: (box: BoxSpan) => boolean = () => false,
): Walk<BoxSpan[]> {
  const boxes: BoxSpan[] = [];
  let start = from;
  while (start + 8 <= to) {
    if (boxes.length >= MAX_BOXES) throw badBoxes();
    const head = yield { offset: start, length: 16 };
    if (head.length < 8) break;
    const box = readHead(head, start, to);
    boxes.push(box);
    if (isLast(box)) break;
    start = box.offset + box.length;
  }
  return boxes;
}

/** The boxes of `bytes` from `at`, cut where they claim more than there is. Throws as `walkBoxes` does. */
export function boxesIn(bytes: Uint8Array, at = 0): Box[] {
  const boxes: Box[] = [];
  let start = at;
  while (start + 8 <= bytes.length) {
    if (boxes.length >= MAX_MEMORY_BOXES) throw badBoxes();
    const head = bytes.subarray(start, start + 16);
    const box = readHead(head, start, bytes.length);
    const end = box.offset + box.length;
    boxes.push({ ...box, content: bytes.subarray(box.offset, end) });
    start = end;
  }
  return boxes;
}

/** Size and type (ISO/IEC 14496-12, 4.2.2): 1 means a 64-bit size follows, 0 up to the end. */
function readHead(head: Uint8Array, start: number, to: number): BoxSpan {
  const cursor = new Cursor(head);
  const size32 = cursor.u32();
  const type = cursor.fourcc();
  const size = size32 === 1 ? cursor.u64() : size32 === 0 ? to - start : size32;
  if (size < cursor.at) throw badBoxes();
  const offset = start + cursor.at;
  const end = Math.max(Math.min(start + size, to), offset);
  return { type, start, offset, length: end - offset };
}

/** A full box's content: version, 24 flag bits, and a cursor behind them. */
export function openFull(content: Uint8Array) {
  const cursor = new Cursor(content);
  const word = cursor.u32();
  return { version: word >>> 24, flags: word & 0xffffff, cursor };
}

/** The brands of an ftyp box's content: the major one, then the compatible ones. Its minor version is none. */
export function readBrands(content: Uint8Array): string[] {
  const names = latin1(content).match(/[^]{4}/g) ?? [];
  return names.filter((_, index) => index !== 1);
}

function badBoxes(): ServiceError {
  return new ServiceError(
    "invalid_image",
    "The image's boxes are broken or too many.",
  );
}
