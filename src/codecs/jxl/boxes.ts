// Finds the codestream and what travels beside it in a JPEG XL file, boxed or bare (ISO/IEC 18181-2); reads neither.

import { ServiceError } from "../../errors.ts";
import { walkBoxes, type BoxSpan } from "../containers/isobmff.ts";
import { cutShort } from "../containers/cursor.ts";
import type { Walk } from "../containers/walk.ts";

/** First bytes of a bare codestream, and of the box that opens a file of boxes. */
export const CODESTREAM_MAGIC = Uint8Array.of(0xff, 0x0a);
export const CONTAINER_MAGIC = Buffer.from(
  "\0\0\0\x0cJXL \r\n\x87\n",
  "latin1",
);

/** Bytes in a row that belong to the codestream. */
interface Part {
  readonly offset: number;
  readonly length: number;
}

export interface JxlFile {
  readonly isBoxed: boolean;
  /** All boxes; none of a bare codestream. */
  readonly boxes: readonly BoxSpan[];
  /** The codestream's bytes, in order. */
  readonly parts: readonly Part[];
  readonly codeBytes: number;
}

export function startsLikeJxl(head: Uint8Array): boolean {
  const opens = (magic: Uint8Array): boolean =>
    magic.every((byte, at) => head[at] === byte);
  return opens(CODESTREAM_MAGIC) || opens(CONTAINER_MAGIC);
}

/** Lists the boxes of a file of `size` bytes. Throws `invalid_image` when it is no JPEG XL, or holds no codestream. */
export function* walkJxl(size: number): Walk<JxlFile> {
  const head = yield { offset: 0, length: 12 };
  if (!startsLikeJxl(head)) throw notJxl();
  if (head[0] === 0xff) {
    const parts = [{ offset: 0, length: size }];
    return { isBoxed: false, boxes: [], parts, codeBytes: size };
  }
  const boxes = yield* walkBoxes(0, size);
  const parts = boxes.flatMap(partOf);
  const codeBytes = parts.reduce((sum, { length }) => sum + length, 0);
  if (codeBytes === 0) throw notJxl();
  return { isBoxed: true, boxes, parts, codeBytes };
}

/** "jxlc" is the codestream; "jxlp" a piece of it behind its number. */
function partOf({ type, offset, length }: BoxSpan): Part[] {
  if (type === "jxlc") return [{ offset, length }];
  if (type !== "jxlp" || length <= 4) return [];
  return [{ offset: offset + 4, length: length - 4 }];
}

/** Up to `length` bytes of the codestream at `from`; fewer at its end. */
export function* readCode(
  { parts }: JxlFile,
  from: number,
  length: number,
): Walk<Uint8Array> {
  const found: Uint8Array[] = [];
  let start = 0;
  let wanted = length;
  for (const part of parts) {
    const skipped = Math.max(0, from - start);
    start += part.length;
    if (skipped >= part.length || wanted <= 0) continue;
    const bytes = yield {
      offset: part.offset + skipped,
      length: Math.min(wanted, part.length - skipped),
    };
    found.push(bytes);
    wanted -= bytes.length;
    from = start;
  }
  const [only] = found;
  return found.length === 1 && only ? only : Buffer.concat(found);
}

/** The whole codestream of a file in memory. */
export function codestreamOf(file: Uint8Array, { parts }: JxlFile): Uint8Array {
  return Buffer.concat(
    parts.map(({ offset, length }) => file.subarray(offset, offset + length)),
  );
}

/** Throws `invalid_image` for a codestream that ends before `bytes`. */
export function requireCode({ codeBytes }: JxlFile, bytes: number): void {
  if (bytes > codeBytes) throw cutShort();
}

function notJxl(): ServiceError {
  return new ServiceError(
    "invalid_image",
    "The file is no JPEG XL, or holds no picture.",
  );
}
