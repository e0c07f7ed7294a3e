// Puts EXIF and XMP items into a HEIF file that is otherwise kept bit for bit; decides nothing about what they say.

import { findBlockItem, XMP_TYPE } from "./heif-blocks.ts";
import { walkHeif } from "./heif-file.ts";
import type { Extent, Item, Location, Meta } from "./heif-meta.ts";
import {
  boxBytes,
  extendItems,
  extendReferences,
  itemEntry,
  locationsBox,
  numbers,
} from "./isobmff-write.ts";
import { boxesIn, walkBoxes, type BoxSpan } from "./isobmff.ts";
import { walkBytes } from "./walk.ts";

/** A block to embed: the item's data, and the item of the file that it replaces, or a new id. */
interface Block {
  readonly id: number;
  readonly data: Uint8Array;
  readonly type: "Exif" | "mime";
  readonly replaces: Item | undefined;
}

/** Item ids and counts are written with 16 bits. */
const MAX_ID = 0xffff;

/**
 * A file with an EXIF (a TIFF block) and an XMP item that describe its primary
 * item, in a new `mdat` at the end. The index grows, and every offset behind
 * it moves by as much. An item of the same kind is replaced and its old bytes
 * zeroed. Undefined for a file that cannot be edited so: a sequence, whose
 * sample tables hold offsets of their own, or an index with 32-bit ids.
 * Throws `invalid_image` when the file is no HEIF.
 */
export function embedItems(
  file: Uint8Array,
  blocks: {
    readonly exif?: Uint8Array | undefined;
    readonly xmp?: Uint8Array | undefined;
  },
): Uint8Array | undefined {
  const { meta, metaBox, moov } = walkBytes(file, walkHeif(file.length));
  const top = walkBytes(file, walkBoxes(0, file.length));
  const last = top.at(-1);
  const ids = meta ? [...meta.items.keys(), ...meta.locations.keys()] : [];
  const nextId = ids.reduce((most, id) => Math.max(most, id), 0) + 1;
  const hasMovie = moov ?? top.some(({ type }) => type === "moov");
  if (!meta || !metaBox || !last || hasMovie || nextId + 2 > MAX_ID)
    return undefined;
  const added = blocksOf(meta, blocks, nextId);
  const body = file.slice();
  closeLast(body, last);
  eraseReplaced(body, meta, added);
  const edit = (growth: number) => editMeta(file, metaBox, meta, added, growth);
  const growth = (edit(0)?.length ?? 0) - (endOf(metaBox) - metaBox.start);
  const edited = edit(growth);
  return (
    edited &&
    new Uint8Array(
      Buffer.concat([
        body.subarray(0, metaBox.start),
        edited,
        body.subarray(endOf(metaBox)),
        boxBytes("mdat", ...added.map(({ data }) => data)),
      ]),
    )
  );
}

function endOf({ offset, length }: BoxSpan): number {
  return offset + length;
}

function blocksOf(
  meta: Meta,
  {
    exif,
    xmp,
  }: {
    readonly exif?: Uint8Array | undefined;
    readonly xmp?: Uint8Array | undefined;
  },
  nextId: number,
): Block[] {
  const found: Block[] = [];
  const add = (type: Block["type"], data: Uint8Array) => {
    const replaces = findBlockItem(meta, type);
    const id = replaces?.id ?? nextId + found.length;
    found.push({ id, type, data, replaces });
  };
  // The TIFF header follows the four bytes that say how far away it is.
  if (exif) add("Exif", Buffer.concat([numbers(4, 0), exif]));
  if (xmp) add("mime", xmp);
  return found;
}

/** A last box that runs "to the end" would swallow the box put behind it. */
function closeLast(body: Uint8Array, last: BoxSpan): void {
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const size = view.getUint32(last.start);
  if (size !== 1) view.setUint32(last.start, endOf(last) - last.start);
  else view.setBigUint64(last.start + 8, BigInt(endOf(last) - last.start));
}

function eraseReplaced(
  body: Uint8Array,
  meta: Meta,
  added: readonly Block[],
): void {
  for (const { replaces } of added) {
    const location = replaces && meta.locations.get(replaces.id);
    if (!location || location.method !== 0 || location.file !== 0) continue;
    for (const { offset, length } of location.extents)
      body.fill(0, offset, offset + length);
  }
}

/** The new meta box, when it is `growth` bytes larger than the old. */
function editMeta(
  file: Uint8Array,
  metaBox: BoxSpan,
  meta: Meta,
  added: readonly Block[],
  growth: number,
): Uint8Array | undefined {
  const content = file.subarray(metaBox.offset, endOf(metaBox));
  const fresh = added.filter(({ replaces }) => !replaces);
  const entries = fresh.map(({ id, type }) =>
    itemEntry(id, type, type === "mime" ? XMP_TYPE : ""),
  );
  const boxes = boxesIn(content, 4);
  const references = extendReferences(
    boxes.find(({ type }) => type === "iref")?.content,
    fresh.map(({ id }) => ({ type: "cdsc", from: id, to: [meta.primary] })),
  );
  if (!references) return undefined;
  const locations = moveLocations(file, metaBox, meta, added, growth);
  const kept = boxes.filter(({ type }) => !["iref", "iloc"].includes(type));
  return boxBytes(
    "meta",
    content.subarray(0, 4),
    ...kept.map((box) =>
      box.type === "iinf"
        ? boxBytes("iinf", extendItems(box.content, entries))
        : content.subarray(box.start, endOf(box)),
    ),
    locationsBox(locations, file.length),
    boxBytes("iref", references),
  );
}

function moveLocations(
  file: Uint8Array,
  metaBox: BoxSpan,
  meta: Meta,
  added: readonly Block[],
  growth: number,
): Meta["locations"] {
  const moved = new Map<number, Location>();
  for (const [id, location] of meta.locations) {
    const move = (extent: Extent): Extent => {
      const { offset } = extent;
      if (location.method !== 0 || location.file !== 0) return extent;
      // "Up to the end" must not take in what is put behind it.
      const length = extent.length || Math.max(file.length - offset, 0);
      const isBehind = offset >= endOf(metaBox);
      return { ...extent, offset: offset + (isBehind ? growth : 0), length };
    };
    moved.set(id, { ...location, extents: location.extents.map(move) });
  }
  let at = file.length + growth + 8;
  for (const { id, data } of added) {
    const extents = [{ index: 0, offset: at, length: data.length }];
    moved.set(id, { method: 0, file: 0, extents });
    at += data.length;
  }
  return moved;
}
