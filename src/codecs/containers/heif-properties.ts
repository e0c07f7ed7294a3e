// Writes the property tables of a HEIF file for the items that stay; decides which properties are not about how they look.

import { latin1 } from "./cursor.ts";
import { boxBytes, numbers } from "./isobmff-write.ts";
import { boxesIn, openFull, type Box } from "./isobmff.ts";

/** Bit of a 16-bit association that says a reader must understand the property. */
const ESSENTIAL = 0x8000;

/** Text of people (23008-12, 6.5.20: description; 6.5.21: accessibility stays), times and accounts of making. */
const METADATA_PROPERTIES = ["udes", "crtt", "mdft", "uuid"];

/** What changes about properties, besides that those of gone items go. */
export interface PropertyEdit {
  /** Whether a property goes. */
  readonly drops?: (property: Box) => boolean;
  /** A property that an item gets, behind its own. */
  readonly adds?: {
    readonly item: number;
    readonly type: string;
    readonly content: Uint8Array;
  };
}

/**
 * An iprp box's content for the items of `kept` alone: properties that none of
 * them has are left out, and so are those about people. Equal ones are written once. Throws `invalid_image` when
 * the tables are broken.
 */
export function keepProperties(
  content: Uint8Array,
  kept: ReadonlySet<number>,
  { drops = () => false, adds }: PropertyEdit,
): Uint8Array {
  const boxes = boxesIn(content);
  const container = boxes.find(({ type }) => type === "ipco");
  const source = container ? boxesIn(container.content) : [];
  const links = new Map<number, number[]>();
  for (const { type, content: table } of boxes)
    if (type === "ipma") readLinks(table, links);

  const places = new Map<string, number>();
  const written: Uint8Array[] = [];
  const place = ({
    type,
    content: property,
  }: Pick<Box, "type" | "content">): number => {
    const key = type + latin1(property);
    const known = places.get(key);
    if (known !== undefined) return known;
    written.push(boxBytes(type, property));
    places.set(key, written.length);
    return written.length;
  };
  const entries = [...links]
    .filter(([id]) => kept.has(id))
    .toSorted(([a], [b]) => a - b)
    .map(([id, items]) => {
      const moved = items.flatMap((link) => {
        const box = source[(link & ~ESSENTIAL) - 1];
        const goes =
          !box || METADATA_PROPERTIES.includes(box.type) || drops(box);
        return goes ? [] : [place(box) | (link & ESSENTIAL)];
      });
      const added = adds?.item === id ? [place(adds)] : [];
      return [id, [...moved, ...added]] as const;
    });
  return new Uint8Array(
    Buffer.concat([boxBytes("ipco", ...written), associations(entries)]),
  );
}

function readLinks(content: Uint8Array, links: Map<number, number[]>): void {
  const { version, flags, cursor } = openFull(content);
  const count = cursor.u32();
  for (let entry = 0; entry < count; entry++) {
    const id = version < 1 ? cursor.u16() : cursor.u32();
    const found = links.get(id) ?? [];
    for (let left = cursor.u8(); left > 0; left--) {
      if (flags & 1) found.push(cursor.u16());
      else {
        const link = cursor.u8();
        found.push((link & 0x7f) | (link & 0x80 ? ESSENTIAL : 0));
      }
    }
    links.set(id, found);
  }
}

/** An ipma box (23008-12, 9.3.1), its numbers as short as they can be. */
function associations(
  entries: readonly (readonly [number, readonly number[]])[],
): Uint8Array {
  const isWide = entries.some(([id]) => id > 0xffff);
  const isLong = entries.some(([, links]) =>
    links.some((link) => (link & ~ESSENTIAL) > 0x7f),
  );
  const rows = entries.map(([id, links]) =>
    Buffer.concat([
      numbers(isWide ? 4 : 2, id),
      Uint8Array.of(links.length),
      isLong
        ? numbers(2, ...links)
        : Uint8Array.from(links, (link) =>
            link & ESSENTIAL ? (link & 0x7f) | 0x80 : link,
          ),
    ]),
  );
  const head = numbers(4, isWide ? 2 ** 24 + Number(isLong) : Number(isLong));
  return boxBytes("ipma", head, numbers(4, rows.length), ...rows);
}
