// Takes a TIFF's directories into memory as trees of fields and segments, and changes how their numbers are written; decides nothing about what is kept.

import { ServiceError } from "../../errors.ts";
import { walkBytes } from "../containers/walk.ts";
import {
  bytesOfType,
  numbersIn,
  TYPE,
  walkDirectory,
  type Directory,
  type Entry,
  type Form,
} from "./structure.ts";
import { POINTERS, SEGMENT_TAGS, TAG } from "./tags.ts";

/** A tag with its values as they are written. */
export interface Field {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly data: Uint8Array;
}

/** A directory with everything that hangs on it, free of where it lay. */
export interface Tree {
  readonly fields: ReadonlyMap<number, Field>;
  /** Directories that a tag points to. */
  readonly children: ReadonlyMap<number, readonly Tree[]>;
  /** Strips or tiles as they are stored; an empty one is written nowhere. */
  readonly segments: readonly Uint8Array[];
  readonly tiled: boolean;
  /** The directory it was read from. */
  readonly origin?: Directory;
}

/** A page's own pointers go two deep (EXIF, then interoperability); beyond is a maze. */
const MAX_DEPTH = 4;
/** Sub-directories under one tag: a pyramid has a dozen levels. */
const MAX_CHILDREN = 64;
/** Segments of one directory: 100 MP in tiles of 16 × 16 are 400,000. */
const MAX_SEGMENTS = 500_000;
/** Segments that share bytes would let a small file grow without bound; the largest honest sharing is of blank tiles. */
const MAX_SHARING = 2;

function tangled(what: string): ServiceError {
  return new ServiceError("invalid_image", `The TIFF ${what}.`);
}

/** Directories below those of the chain, in one file; pointers four deep at 64 each would be 17 million in a few kilobytes. */
const MAX_BELOW = 10_000;

/** What one reading of a file may still take out of it. */
interface Allowance {
  /** Bytes. */
  left: number;
  /** Directories below those of the chain. */
  below: number;
}

/** Reads directories into memory; views, no copies. Throws `invalid_image` when segments are not told, or claim more than the file holds. */
export function readTrees(
  file: Uint8Array,
  form: Form,
  directories: readonly Directory[],
): Tree[] {
  const allowance = { left: file.length * MAX_SHARING, below: MAX_BELOW };
  return directories.map((directory) =>
    readTree(file, form, directory, allowance, 0),
  );
}

function readTree(
  file: Uint8Array,
  form: Form,
  directory: Directory,
  allowance: Allowance,
  depth: number,
): Tree {
  const fields = new Map<number, Field>();
  const children = new Map<number, Tree[]>();
  for (const entry of directory.entries.values()) {
    const { tag } = entry;
    if (SEGMENT_TAGS.has(tag)) continue;
    const field = readField(file, entry, allowance);
    if (!field) continue;
    if (!POINTERS.has(tag)) fields.set(tag, field);
    else if (depth < MAX_DEPTH) {
      const below = readChildren(file, form, field, allowance, depth + 1);
      if (below.length > 0) children.set(tag, below);
    }
  }
  const tiled = directory.entries.has(TAG.tileOffsets);
  const segments = readSegments(file, form, directory, tiled, allowance);
  return { fields, children, segments, tiled, origin: directory };
}

/** A field with its data; undefined when they lie outside the file. */
function readField(
  file: Uint8Array,
  { tag, type, count, at, size }: Entry,
  allowance: Allowance,
): Field | undefined {
  if (at + size > file.length) return undefined;
  spend(allowance, size);
  return { tag, type, count, data: file.subarray(at, at + size) };
}

function spend(allowance: Allowance, bytes: number): void {
  allowance.left -= bytes;
  if (allowance.left < 0) throw tangled("uses the same bytes over and over");
}

function readChildren(
  file: Uint8Array,
  form: Form,
  field: Field,
  allowance: Allowance,
  depth: number,
): Tree[] {
  const offsets = numbersIn(form, field.type, field.data);
  return offsets.slice(0, MAX_CHILDREN).flatMap((at) => {
    const directory = directoryAt(file, form, at);
    if (!directory) return [];
    if (--allowance.below < 0) throw tangled("has too many directories");
    return readTree(file, form, directory, allowance, depth);
  });
}

/** The directory at an offset; undefined where none is: a pointer into nothing takes nothing from the picture. */
function directoryAt(
  file: Uint8Array,
  form: Form,
  at: number,
): Directory | undefined {
  try {
    return walkBytes(file, walkDirectory(form, at));
  } catch (error) {
    if (error instanceof ServiceError) return undefined;
    throw error;
  }
}

function readSegments(
  file: Uint8Array,
  form: Form,
  { entries }: Directory,
  tiled: boolean,
  allowance: Allowance,
): Uint8Array[] {
  const offsets = entries.get(tiled ? TAG.tileOffsets : TAG.stripOffsets);
  const counts = entries.get(tiled ? TAG.tileByteCounts : TAG.stripByteCounts);
  if (!offsets) return [];
  if (!counts || counts.count < offsets.count) {
    throw tangled("does not say how long its strips or tiles are");
  }
  if (offsets.count > MAX_SEGMENTS) {
    throw tangled(`has more than ${MAX_SEGMENTS} strips or tiles`);
  }
  const numbers = (entry: Entry): number[] => {
    const field = readField(file, entry, allowance);
    if (!field) throw tangled("keeps its strips or tiles outside the file");
    return numbersIn(form, field.type, field.data);
  };
  const lengths = numbers(counts);
  return numbers(offsets).map((offset, index) => {
    const segment = file.subarray(offset, offset + (lengths[index] ?? 0));
    spend(allowance, segment.length);
    return segment;
  });
}

/** A field of whole numbers in the smallest type that holds them all. */
export function numberField(
  { littleEndian, big }: Form,
  tag: number,
  values: readonly number[],
): Field {
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  const type = most <= 0xffff ? TYPE.short : big ? TYPE.long8 : TYPE.long;
  const size = bytesOfType(type);
  const data = new Uint8Array(values.length * size);
  const view = new DataView(data.buffer);
  for (const [index, value] of values.entries()) {
    const at = index * size;
    if (size === 2) view.setUint16(at, value, littleEndian);
    else if (size === 4) view.setUint32(at, value, littleEndian);
    else view.setBigUint64(at, BigInt(value), littleEndian);
  }
  return { tag, type, count: values.length, data };
}

/** The tree with its numbers written in another form; segments stay as they are. */
export function inForm(tree: Tree, from: Form, to: Form): Tree {
  if (from.littleEndian === to.littleEndian && from.big === to.big) return tree;
  const fields = new Map<number, Field>();
  for (const [tag, field] of tree.fields) {
    fields.set(tag, fieldInForm(field, from, to));
  }
  const children = new Map(
    [...tree.children].map(
      ([tag, below]) =>
        [tag, below.map((child) => inForm(child, from, to))] as const,
    ),
  );
  return { ...tree, fields, children };
}

function fieldInForm(field: Field, from: Form, to: Form): Field {
  if (!to.big && (field.type === TYPE.long8 || field.type === TYPE.ifd8)) {
    return numberField(to, field.tag, numbersIn(from, field.type, field.data));
  }
  if (from.littleEndian === to.littleEndian) return field;
  // Rationals are two numbers of four bytes each.
  const isRational = field.type === 5 || field.type === 10;
  const size = isRational ? 4 : bytesOfType(field.type);
  const data = Buffer.from(field.data);
  if (size === 2) data.swap16();
  else if (size === 4) data.swap32();
  else if (size === 8) data.swap64();
  return { ...field, data };
}
