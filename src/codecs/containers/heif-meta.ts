// Reads the meta box of a HEIF file into items, properties and references; decides nothing about what they make of the picture.

import { ServiceError } from "../../errors.ts";
import { Cursor } from "./cursor.ts";
import { boxesIn, openFull, type Box } from "./isobmff.ts";

/** A stretch of an item's data; a length of 0 means up to the end. `index` is 14496-12's extent_index. */
export interface Extent {
  readonly index: number;
  readonly offset: number;
  readonly length: number;
}

/**
 * Where an item's data lie: `method` 0 in the file, 1 in the meta box's `idat`,
 * 2 in another item. `file` other than 0 names another file.
 */
export interface Location {
  readonly method: number;
  readonly file: number;
  readonly extents: readonly Extent[];
}

export interface Item {
  readonly id: number;
  /** Four characters, such as "av01", "grid", "Exif". */
  readonly type: string;
  /** The content type of a "mime" item. */
  readonly contentType: string;
}

/** A typed link from one item to others. */
export interface Reference {
  readonly type: string;
  readonly from: number;
  readonly to: readonly number[];
}

export interface Meta {
  readonly primary: number;
  readonly items: ReadonlyMap<number, Item>;
  readonly locations: ReadonlyMap<number, Location>;
  /** Properties of each item, in the order of association, which is the order they apply in. */
  readonly properties: (item: number) => readonly Box[];
  readonly references: readonly Reference[];
  readonly idat: Uint8Array | undefined;
}

/**
 * Entries counted over a whole meta box: a count field of 2^32 − 1 ends here,
 * and so does an honest giant. 2,000 items, each with a place, eight properties
 * and references both ways, are 26,000.
 */
const MAX_ENTRIES = 50_000;
/**
 * Items of one file: 100 MP in tiles of 512 × 512, with as many for alpha, are
 * 800. libheif 1.15 takes 0.1 s to index 2,000 of them, 3.4 s 8,000, 37 s 20,000.
 */
const MAX_ITEMS = 2000;
/**
 * Bytes of the index beside picture data in it. Engines read its strings and
 * profiles byte by byte, by a system call each: 3 MB of profile take libheif
 * 1.2 CPU-s (sharp 0.35.5), every time that it opens the file. Screens' and
 * cameras' profiles take 0.5 to 60 KB; 2,000 items 200 KB.
 */
const MAX_INDEX_BYTES = 1024 * 1024;
/** Properties of one item: what one entry of the table can say. A table that names an item over and over would make every look at it as long. */
const MAX_PROPERTIES = 255;

/** Counts table entries down to zero. Every table in a meta box draws on one of these. */
class Allowance {
  #left = MAX_ENTRIES;

  /** A declared count, when that much is left. */
  claim(count: number): number {
    this.#left -= count;
    if (this.#left < 0) throw broken("lists more entries than any valid one");
    return count;
  }
}

/**
 * Parses a meta box's content (ISO/IEC 14496-12, 8.11; 23008-12, 9.3). Throws
 * `invalid_image` when a table is cut short or the primary item is missing,
 * `image_too_large` beyond MAX_ITEMS or MAX_INDEX_BYTES.
 */
export function readMeta(content: Uint8Array): Meta {
  const boxes = boxesIn(content, 4);
  const find = (type: string) =>
    boxes.find((box) => box.type === type)?.content;
  const allowance = new Allowance();
  const idat = find("idat");
  if (content.length - (idat?.length ?? 0) > MAX_INDEX_BYTES)
    throw tooMany("bytes in its index", MAX_INDEX_BYTES);
  const pitm = find("pitm");
  const iinf = find("iinf");
  if (!pitm || !iinf) throw broken("names no primary image");
  const items = readItems(iinf, allowance);
  const primary = readPrimary(pitm);
  if (!items.has(primary)) throw broken("does not hold its primary image");
  const iloc = find("iloc");
  const iref = find("iref");
  return {
    primary,
    items,
    locations: iloc ? readLocations(iloc, allowance) : new Map(),
    properties: readProperties(find("iprp"), allowance),
    references: iref ? readReferences(iref, allowance) : [],
    idat,
  };
}

function readPrimary(content: Uint8Array): number {
  const { version, cursor } = openFull(content);
  return version === 0 ? cursor.u16() : cursor.u32();
}

function readItems(content: Uint8Array, allowance: Allowance) {
  const { version, cursor } = openFull(content);
  const count = version === 0 ? cursor.u16() : cursor.u32();
  if (count > MAX_ITEMS) throw tooMany("items", MAX_ITEMS);
  const items = new Map<number, Item>();
  for (const box of boxesIn(content, cursor.at)) {
    allowance.claim(1);
    if (items.size >= MAX_ITEMS) throw tooMany("items", MAX_ITEMS);
    const item = box.type === "infe" ? readItem(box.content) : undefined;
    if (item) items.set(item.id, item);
  }
  return items;
}

function tooMany(what: string, limit: number): ServiceError {
  return new ServiceError(
    "image_too_large",
    `The image's file has more than ${limit} ${what}.`,
    { limit },
  );
}

/** infe versions 2 and 3 carry a type; 0 and 1 describe no image items (14496-12, 8.11.6). */
function readItem(content: Uint8Array): Item | undefined {
  const { version, cursor } = openFull(content);
  if (version < 2) return undefined;
  const id = version === 2 ? cursor.u16() : cursor.u32();
  cursor.u16();
  const type = cursor.fourcc();
  cursor.text();
  return { id, type, contentType: type === "mime" ? cursor.text() : "" };
}

function readLocations(content: Uint8Array, allowance: Allowance) {
  const { version, cursor } = openFull(content);
  const sizes = cursor.u16();
  const [offsetSize, lengthSize] = [sizes >> 12, (sizes >> 8) & 15];
  const baseSize = (sizes >> 4) & 15;
  const indexSize = version > 0 ? sizes & 15 : 0;
  const count = allowance.claim(version < 2 ? cursor.u16() : cursor.u32());
  const locations = new Map<number, Location>();
  for (let item = 0; item < count; item++) {
    const id = version < 2 ? cursor.u16() : cursor.u32();
    const method = version > 0 ? cursor.u16() & 15 : 0;
    const file = cursor.u16();
    const base = cursor.uint(baseSize);
    const extents = allowance.claim(cursor.u16());
    const found: Extent[] = [];
    for (let extent = 0; extent < extents; extent++) {
      const index = cursor.uint(indexSize);
      const offset = base + cursor.uint(offsetSize);
      found.push({ index, offset, length: cursor.uint(lengthSize) });
    }
    locations.set(id, { method, file, extents: found });
  }
  return locations;
}

/** Properties lie in one list; ipma says which item has which (23008-12, 9.3.1). Every ipma box counts, repeated or not. */
function readProperties(content: Uint8Array | undefined, allowance: Allowance) {
  const boxes = content ? boxesIn(content) : [];
  const container = boxes.find(({ type }) => type === "ipco");
  const list = container ? boxesIn(container.content) : [];
  const indices = new Map<number, number[]>();
  for (const { type, content: table } of boxes) {
    if (type === "ipma") readAssociations(table, indices, allowance);
  }
  return (item: number) =>
    (indices.get(item) ?? []).flatMap((index) => list[index - 1] ?? []);
}

function readAssociations(
  content: Uint8Array,
  indices: Map<number, number[]>,
  allowance: Allowance,
): void {
  const { version, flags, cursor } = openFull(content);
  const count = allowance.claim(cursor.u32());
  for (let entry = 0; entry < count; entry++) {
    const id = version < 1 ? cursor.u16() : cursor.u32();
    const links = allowance.claim(cursor.u8());
    const found = indices.get(id) ?? [];
    if (found.length + links > MAX_PROPERTIES)
      throw broken("gives an item more properties than any valid one");
    for (let link = 0; link < links; link++)
      found.push(flags & 1 ? cursor.u16() & 0x7fff : cursor.u8() & 0x7f);
    indices.set(id, found);
  }
}

function readReferences(content: Uint8Array, allowance: Allowance) {
  const { version, cursor } = openFull(content);
  const id = (from: Cursor) => (version === 0 ? from.u16() : from.u32());
  return boxesIn(content, cursor.at).map((box): Reference => {
    const inner = new Cursor(box.content);
    const from = id(inner);
    const count = allowance.claim(1 + inner.u16()) - 1;
    return {
      type: box.type,
      from,
      to: Array.from({ length: count }, () => id(inner)),
    };
  });
}

function broken(what: string): ServiceError {
  return new ServiceError("invalid_image", `The image's index ${what}.`);
}
