// Writes the boxes of an ISO base media file's item tables; decides nothing about which items a file should have.

import type { Meta, Reference } from "./heif-meta.ts";

/** A box of a type around its content. */
export function boxBytes(
  type: string,
  ...content: readonly Uint8Array[]
): Uint8Array {
  const length = content.reduce((sum, part) => sum + part.length, 8);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(length);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, ...content]);
}

/** A full box: version and flags before the content. */
export function fullBoxBytes(
  type: string,
  version: number,
  ...content: readonly Uint8Array[]
): Uint8Array {
  return boxBytes(type, numbers(4, version * 2 ** 24), ...content);
}

/** Big-endian numbers of 2, 4 or 8 bytes each. */
export function numbers(
  size: 2 | 4 | 8,
  ...values: readonly number[]
): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * size));
  values.forEach((value, index) => {
    if (size === 2) view.setUint16(index * 2, value);
    else if (size === 4) view.setUint32(index * 4, value);
    else view.setBigUint64(index * 8, BigInt(value));
  });
  return new Uint8Array(view.buffer);
}

/** The largest id that fits the short forms. */
const MAX_SHORT_ID = 0xffff;

/**
 * An item's entry (14496-12, 8.11.6): id (version 2 of the box, 3 for one over
 * 16 bits), type, no name, content type of a "mime" item. Flag 1 hides it.
 */
export function itemEntry(
  id: number,
  type: string,
  contentType = "",
  { flags = 0, protection = 0 } = {},
): Uint8Array {
  const text = contentType === "" ? "\0" : `\0${contentType}\0`;
  const isWide = id > MAX_SHORT_ID;
  return boxBytes(
    "infe",
    numbers(4, (isWide ? 3 : 2) * 2 ** 24 + flags),
    numbers(isWide ? 4 : 2, id),
    numbers(2, protection),
    Buffer.from(type + text, "latin1"),
  );
}

/** An iinf box's content with entries added behind its own. */
export function extendItems(
  content: Uint8Array,
  entries: readonly Uint8Array[],
): Uint8Array {
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  const isShort = view.getUint8(0) === 0;
  const own = isShort ? view.getUint16(4) : view.getUint32(4);
  return Buffer.concat([
    // Version 1 counts with 32 bits, and more never hurts.
    numbers(4, 2 ** 24, own + entries.length),
    content.subarray(isShort ? 6 : 8),
    ...entries,
  ]);
}

/** An iref box's content with 16-bit references added; undefined for one that counts with 32. Absent counts as empty. */
export function extendReferences(
  content: Uint8Array | undefined,
  added: readonly Reference[],
): Uint8Array | undefined {
  if (content && content[0] !== 0) return undefined;
  return Buffer.concat([
    content ?? numbers(4, 0),
    ...added.map(({ type, from, to }) =>
      boxBytes(type, numbers(2, from, to.length, ...to)),
    ),
  ]);
}

/** An iref box (14496-12, 8.11.12), of version 1 when an id takes more than 16 bits. */
export function referencesBox(references: readonly Reference[]): Uint8Array {
  const isWide = references.some(({ from, to }) =>
    [from, ...to].some((id) => id > MAX_SHORT_ID),
  );
  const size = isWide ? 4 : 2;
  return fullBoxBytes(
    "iref",
    isWide ? 1 : 0,
    ...references.map(({ type, from, to }) =>
      boxBytes(
        type,
        numbers(size, from),
        numbers(2, to.length),
        numbers(size, ...to),
      ),
    ),
  );
}

/**
 * An iloc box (14496-12, 8.11.3) of version 1, 2 when an id takes more than 16 bits: absolute offsets of
 * 4 bytes, 8 in a file that reaches 2 GB. Indices are written only where an
 * item lies in another: libavif 1.x refuses the field.
 */
export function locationsBox(
  locations: Meta["locations"],
  fileBytes: number,
): Uint8Array {
  const size = fileBytes < 2 ** 31 ? 4 : 8;
  const hasIndices = [...locations.values()].some(({ method }) => method === 2);
  const sizes = size * 0x1100 + (hasIndices ? size : 0);
  const isWide = [...locations.keys()].some((id) => id > MAX_SHORT_ID);
  const entries = [...locations].map(([id, location]) => {
    const { method, file, extents } = location;
    return Buffer.concat([
      numbers(isWide ? 4 : 2, id),
      numbers(2, method, file, extents.length),
      ...extents.map(({ index, offset, length }) =>
        numbers(size, ...(hasIndices ? [index] : []), offset, length),
      ),
    ]);
  });
  return fullBoxBytes(
    "iloc",
    isWide ? 2 : 1,
    numbers(2, sizes),
    numbers(isWide ? 4 : 2, entries.length),
    ...entries,
  );
}
