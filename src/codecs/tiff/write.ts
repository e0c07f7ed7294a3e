// Lays trees of directories out as a TIFF file; decides where things lie, not what they are.

import { bytesOfType, TYPE, type Form } from "./structure.ts";
import { TAG } from "./tags.ts";
import { numberField, type Field, type Tree } from "./tree.ts";

/** A field with the place of its data, where they do not fit into the entry. */
interface PlacedField extends Field {
  readonly valueAt?: number;
}

interface Placed {
  readonly at: number;
  readonly fields: readonly PlacedField[];
  /** Set once the next directory of the chain is known; 0 at its end. */
  next: number;
}

/** Something whose offset is known only later: where its value goes. */
interface Pending {
  readonly view: DataView;
  readonly at: number;
}

/**
 * A TIFF file of these directories in one chain: all directories and their
 * values first, so that a reader by ranges finds them in one piece, then the
 * segments in order. Directories and values begin on even bytes (TIFF 6.0, page 15).
 */
export function writeTiff(form: Form, trees: readonly Tree[]): Uint8Array {
  const layout = new Layout(form);
  let last: Placed | undefined;
  let first = 0;
  for (const tree of trees) {
    const placed = layout.place(tree);
    if (last) last.next = placed.at;
    else first = placed.at;
    last = placed;
  }
  return layout.bytes(first);
}

class Layout {
  readonly #form: Form;
  readonly #directories: Placed[] = [];
  readonly #segments: { readonly data: Uint8Array; readonly home: Pending }[] =
    [];
  #end: number;

  constructor(form: Form) {
    this.#form = form;
    this.#end = form.big ? 16 : 8;
  }

  place(tree: Tree): Placed {
    const { big } = this.#form;
    const below = [...tree.children].map(([tag, children]) => {
      const field = this.#offsets(tag, children.length);
      return { field, children };
    });
    const own = [
      ...tree.fields.values(),
      ...below.map(({ field }) => field),
      ...this.#segmentFields(tree),
    ].toSorted((a, b) => a.tag - b.tag);
    const [head, each, offset] = big ? [8, 20, 8] : [2, 12, 4];
    const at = this.#claim(head + own.length * each + offset);
    const fields = own.map((field) =>
      field.data.length <= offset
        ? field
        : { ...field, valueAt: this.#claim(field.data.length) },
    );
    const placed: Placed = { at, fields, next: 0 };
    this.#directories.push(placed);
    for (const { field, children } of below) {
      for (const [index, child] of children.entries()) {
        this.#setOffset(this.#home(field, index), this.place(child).at);
      }
    }
    return placed;
  }

  bytes(first: number): Uint8Array {
    const starts: number[] = [];
    for (const { data, home } of this.#segments) {
      starts.push(this.#end);
      this.#setOffset(home, data.length > 0 ? this.#end : 0);
      this.#end += data.length;
    }
    const file = new Uint8Array(this.#end);
    const view = new DataView(file.buffer);
    this.#writeHeader(view, first);
    for (const placed of this.#directories) this.#write(file, view, placed);
    for (const [index, { data }] of this.#segments.entries()) {
      file.set(data, starts[index] ?? 0);
    }
    return file;
  }

  /** Even space at the end of what is laid out so far. */
  #claim(length: number): number {
    const at = this.#end + (this.#end % 2);
    this.#end = at + length;
    return at;
  }

  /** A field of offsets that are not known yet. */
  #offsets(tag: number, count: number): Field {
    const type = this.#form.big ? TYPE.long8 : TYPE.long;
    return {
      tag,
      type,
      count,
      data: new Uint8Array(count * bytesOfType(type)),
    };
  }

  #segmentFields({ segments, tiled }: Tree): Field[] {
    if (segments.length === 0) return [];
    const offsets = this.#offsets(
      tiled ? TAG.tileOffsets : TAG.stripOffsets,
      segments.length,
    );
    for (const [index, data] of segments.entries()) {
      this.#segments.push({ data, home: this.#home(offsets, index) });
    }
    const lengths = numberField(
      this.#form,
      tiled ? TAG.tileByteCounts : TAG.stripByteCounts,
      segments.map(({ length }) => length),
    );
    return [offsets, lengths];
  }

  #home({ data, type }: Field, index: number): Pending {
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    return { view, at: index * bytesOfType(type) };
  }

  #setOffset({ view, at }: Pending, value: number): void {
    const { big, littleEndian } = this.#form;
    if (big) view.setBigUint64(at, BigInt(value), littleEndian);
    else view.setUint32(at, value, littleEndian);
  }

  #writeHeader(view: DataView, first: number): void {
    const { big, littleEndian } = this.#form;
    view.setUint16(0, littleEndian ? 0x4949 : 0x4d4d);
    view.setUint16(2, big ? 43 : 42, littleEndian);
    if (big) view.setUint16(4, 8, littleEndian);
    this.#setOffset({ view, at: big ? 8 : 4 }, first);
  }

  #write(file: Uint8Array, view: DataView, placed: Placed): void {
    const { big, littleEndian } = this.#form;
    const { at, fields, next } = placed;
    const [head, each, offset] = big ? [8, 20, 8] : [2, 12, 4];
    if (big) this.#setOffset({ view, at }, fields.length);
    else view.setUint16(at, fields.length, littleEndian);
    for (const [index, field] of fields.entries()) {
      const entry = at + head + index * each;
      view.setUint16(entry, field.tag, littleEndian);
      view.setUint16(entry + 2, field.type, littleEndian);
      this.#setOffset({ view, at: entry + 4 }, field.count);
      const value = entry + 4 + offset;
      if (field.valueAt === undefined) file.set(field.data, value);
      else {
        this.#setOffset({ view, at: value }, field.valueAt);
        file.set(field.data, field.valueAt);
      }
    }
    this.#setOffset({ view, at: at + head + fields.length * each }, next);
  }
}
