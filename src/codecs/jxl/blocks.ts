// Reads the metadata boxes of a JPEG XL file, brotli-packed or not (ISO/IEC 18181-2, 8); decides nothing from them.

import { brotliDecompressSync } from "node:zlib";

import { latin1 } from "../containers/cursor.ts";
import type { BoxSpan } from "../containers/isobmff.ts";
import type { Walk } from "../containers/walk.ts";
import type { JxlFile } from "./boxes.ts";

export type BlockType = "Exif" | "xml ";

/** Bytes of one block, as stored; EXIF with a large maker note has 100 KB, extended XMP 4 MB. */
const MAX_STORED_BYTES = 8 * 1024 * 1024;
/** And unpacked: bounds the bomb (0.1 CPU-s). */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * The first block of a type, EXIF without the offset before it; undefined when
 * there is none, or it is too large or broken. Only the first is tried: 4,096
 * boxes of bombs would take as often as long.
 */
export function* walkBlock(
  file: JxlFile,
  type: BlockType,
): Walk<Uint8Array | undefined> {
  const box = yield* findBox(file, type);
  if (!box || box.length > MAX_STORED_BYTES) return undefined;
  const { offset, length } = box;
  const stored = yield { offset, length };
  const content = box.type === type ? stored : unpacked(stored.subarray(4));
  return content && type === "Exif" ? withoutOffset(content) : content;
}

/** Whether there is a block of a type; does not read it. */
export function* walkKind(file: JxlFile, type: BlockType): Walk<boolean> {
  return (yield* findBox(file, type)) !== undefined;
}

/** The first box that holds a type: by its own name, or within "brob" by the name that begins its content. */
function* findBox(
  { boxes }: JxlFile,
  wanted: BlockType,
): Walk<BoxSpan | undefined> {
  for (const box of boxes) {
    if (box.type === wanted) return box;
    if (box.type !== "brob") continue;
    const inner = yield { offset: box.offset, length: 4 };
    if (latin1(inner) === wanted) return box;
  }
  return undefined;
}

function unpacked(packed: Uint8Array): Uint8Array | undefined {
  try {
    return brotliDecompressSync(packed, { maxOutputLength: MAX_BYTES });
  } catch {
    return undefined;
  }
}

/** Four bytes say how many more come before the TIFF structure (8.1). */
function withoutOffset(content: Uint8Array): Uint8Array | undefined {
  if (content.length < 4) return undefined;
  const view = new DataView(content.buffer, content.byteOffset, 4);
  const start = 4 + view.getUint32(0);
  return start < content.length ? content.subarray(start) : undefined;
}
