// Walks the directories of a TIFF file, classic or BigTIFF, in either byte order; knows no tag's meaning.

import { ServiceError } from "../../errors.ts";
import { copied, cutShort } from "../containers/cursor.ts";
import type { Walk } from "../containers/walk.ts";

/** How numbers and offsets are written in a file. */
export interface Form {
  readonly littleEndian: boolean;
  /** BigTIFF: offsets of 8 bytes. */
  readonly big: boolean;
}

/** A directory entry. Its data start at `at` in the file, and are `size` bytes long. */
export interface Entry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly at: number;
  readonly size: number;
}

export interface Directory {
  /** By tag; the first where a directory repeats one. */
  readonly entries: ReadonlyMap<number, Entry>;
}

/** A directory as it stands in the file: its entries from `start` on, and where the next one is (0 when there is none). */
interface Table {
  readonly start: number;
  /** Entries it has, repeated and unknown ones too. */
  readonly count: number;
  readonly view: DataView;
  readonly next: number;
}

export const TYPE = {
  byte: 1,
  ascii: 2,
  short: 3,
  long: 4,
  rational: 5,
  undefined: 7,
  ifd: 13,
  long8: 16,
  ifd8: 18,
} as const;

/** Bytes per value by type (TIFF 6.0 page 15; 13 is IFD, 16 to 18 are BigTIFF's). */
const TYPE_BYTES: Readonly<Record<number, number>> = {
  ...{ 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8 },
  ...{ 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8 },
};

/** Bytes of a directory's count, of each entry, and of an offset. */
const CLASSIC = { head: 2, each: 12, offset: 4 } as const;
const BIG = { head: 8, each: 20, offset: 8 } as const;

/** Real directories hold 10 to 80 entries, a camera's own 150. */
const MAX_ENTRIES = 1000;
/** A scanned book has a thousand pages; the service takes as many (MAX_FRAMES) and reduced copies beside them. */
const MAX_DIRECTORIES = 10_000;
/** Entries of a whole chain, 20 a directory. Directories may lie over each other: 12 KB can hold a thousand of a thousand entries. */
const MAX_CHAIN_ENTRIES = 200_000;

/** Bytes of a value of a type; 0 for types unknown. */
export function bytesOfType(type: number): number {
  return TYPE_BYTES[type] ?? 0;
}

function broken(what: string): ServiceError {
  return new ServiceError("invalid_image", `The TIFF ${what}.`);
}

function tooMany(what: string, limit: number): ServiceError {
  return new ServiceError(
    "image_too_large",
    `The TIFF has more than ${limit} ${what}.`,
    { limit },
  );
}

/** A view over exactly `length` bytes. Throws `invalid_image` when the file ends before them. */
function* walkView(offset: number, length: number): Walk<DataView> {
  const bytes = yield { offset, length };
  if (bytes.length < length) throw cutShort();
  return new DataView(bytes.buffer, bytes.byteOffset, length);
}

/** An offset or count of the file's width; beyond 2^53 it is inexact, and beyond any file either way. */
function word(view: DataView, at: number, { big, littleEndian }: Form) {
  return big
    ? Number(view.getBigUint64(at, littleEndian))
    : view.getUint32(at, littleEndian);
}

/** Reads the file's header: its form and where the first directory is. Throws `invalid_image`. */
export function* walkForm(): Walk<{ form: Form; first: number }> {
  const view = yield* walkView(0, 8);
  const littleEndian = view.getUint16(0) === 0x4949;
  if (!littleEndian && view.getUint16(0) !== 0x4d4d) {
    throw broken("has no byte order");
  }
  const version = view.getUint16(2, littleEndian);
  if (version !== 42 && version !== 43) throw broken("has no known version");
  const big = version === 43;
  const form = { littleEndian, big };
  if (!big) return { form, first: view.getUint32(4, littleEndian) };
  if (view.getUint16(4, littleEndian) !== 8) {
    throw broken("has offsets of an unknown size");
  }
  return { form, first: word(yield* walkView(8, 8), 0, form) };
}

/** The directory at `at`, its entries not yet told apart. Throws `invalid_image` when it is not wholly there. */
function* walkTable(form: Form, at: number): Walk<Table> {
  const { big, littleEndian } = form;
  const { head, each, offset } = big ? BIG : CLASSIC;
  if (at < head) throw broken("has a directory inside its header");
  const start = yield* walkView(at, head);
  const count = big ? word(start, 0, form) : start.getUint16(0, littleEndian);
  if (count === 0 || count > MAX_ENTRIES) {
    throw broken("has a directory of an impossible size");
  }
  const view = yield* walkView(at + head, count * each + offset);
  return {
    start: at + head,
    count,
    view,
    next: word(view, count * each, form),
  };
}

/** Entries of unknown types are left out. */
function directoryOf(form: Form, { start, count, view }: Table): Directory {
  const { big, littleEndian } = form;
  const { each, offset } = big ? BIG : CLASSIC;
  const entries = new Map<number, Entry>();
  for (let index = 0; index < count; index++) {
    const from = index * each;
    const tag = view.getUint16(from, littleEndian);
    const type = view.getUint16(from + 2, littleEndian);
    const values = word(view, from + 4, form);
    const size = bytesOfType(type) * values;
    if (size === 0 || entries.has(tag)) continue;
    const place = from + 4 + offset;
    const data = size <= offset ? start + place : word(view, place, form);
    entries.set(tag, { tag, type, count: values, at: data, size });
  }
  return { entries };
}

/** The directory at `at`, entries of unknown types left out. Throws `invalid_image` when it is not wholly there. */
export function* walkDirectory(form: Form, at: number): Walk<Directory> {
  return directoryOf(form, yield* walkTable(form, at));
}

/**
 * The chain of directories from `first` on. A chain that comes back to itself
 * ends there; one that leaves the file is cut off. Throws `invalid_image`,
 * and `image_too_large` beyond MAX_DIRECTORIES or MAX_CHAIN_ENTRIES.
 */
export function* walkChain(form: Form, first: number): Walk<Directory[]> {
  // Listed when all are counted: the entries of 10,000 take 12 MB, their bytes 2.
  const tables = new Map<number, Table>();
  let entries = 0;
  for (let at = first; at !== 0 && !tables.has(at);) {
    if (tables.size === MAX_DIRECTORIES)
      throw tooMany("directories", MAX_DIRECTORIES);
    const table = yield* walkTable(form, at);
    entries += table.count;
    if (entries > MAX_CHAIN_ENTRIES) throw tooMany("tags", MAX_CHAIN_ENTRIES);
    tables.set(at, { ...table, view: copyOf(table.view) });
    at = table.next;
  }
  if (tables.size === 0) throw broken("has no directory");
  return [...tables.values()].map((table) => directoryOf(form, table));
}

function copyOf({ buffer, byteOffset, byteLength }: DataView): DataView {
  const bytes = copied(new Uint8Array(buffer, byteOffset, byteLength));
  return new DataView(bytes.buffer, bytes.byteOffset, byteLength);
}

/** The data of an entry. Throws `invalid_image` when they lie outside the file. */
export function* walkData(entry: Entry): Walk<Uint8Array> {
  const { at: offset, size: length } = entry;
  const bytes = yield { offset, length };
  if (bytes.length < length) throw cutShort();
  return bytes;
}

/** Whole numbers of an entry, at most `most` of them; none where there is no entry or it holds other types. Throws `invalid_image`. */
export function* walkNumbers(
  form: Form,
  entry: Entry | undefined,
  most: number,
): Walk<number[]> {
  if (!entry) return [];
  const count = Math.min(entry.count, most);
  const size = count * bytesOfType(entry.type);
  return numbersIn(form, entry.type, yield* walkData({ ...entry, size }));
}

/** The whole numbers that `data` hold; none for types that hold others. */
export function numbersIn(
  form: Form,
  type: number,
  data: Uint8Array,
): number[] {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const { littleEndian } = form;
  const read: Readonly<Record<number, (at: number) => number>> = {
    [TYPE.byte]: (at) => view.getUint8(at),
    [TYPE.short]: (at) => view.getUint16(at, littleEndian),
    [TYPE.long]: (at) => view.getUint32(at, littleEndian),
    [TYPE.ifd]: (at) => view.getUint32(at, littleEndian),
    [TYPE.long8]: (at) => Number(view.getBigUint64(at, littleEndian)),
    [TYPE.ifd8]: (at) => Number(view.getBigUint64(at, littleEndian)),
  };
  const one = read[type];
  if (!one) return [];
  const step = bytesOfType(type);
  return Array.from({ length: Math.floor(data.length / step) }, (_, index) =>
    one(index * step),
  );
}
