// Takes everything out of a HEIF file that is not how it looks, its coded pictures bit for bit the same; heif-keep.ts says what that is.

import { ServiceError } from "../../errors.ts";
import { walkHeif } from "./heif-file.ts";
import { itemsToKeep } from "./heif-keep.ts";
import type { Extent, Location, Meta } from "./heif-meta.ts";
import { moveMovie } from "./heif-movie.ts";
import { keepProperties, type PropertyEdit } from "./heif-properties.ts";
import {
  boxBytes,
  fullBoxBytes,
  itemEntry,
  locationsBox,
  numbers,
  referencesBox,
} from "./isobmff-write.ts";
import { boxesIn, openFull, walkBoxes, type BoxSpan } from "./isobmff.ts";
import { joined, relocation, without, type Span } from "./spans.ts";
import { walkBytes } from "./walk.ts";

/** Boxes of the index that are copied as they are: where data lie, how they are protected, which items belong together. */
const COPIED = ["dinf", "pitm", "ipro", "grpl"];
/** "pict" without a name (14496-12, 8.4.3). */
const HANDLER = fullBoxBytes(
  "hdlr",
  0,
  numbers(4, 0),
  Buffer.from("pict"),
  new Uint8Array(13),
);

/**
 * A file with ftyp, an index of the items that stay, the movie of a sequence,
 * and their data in one `mdat`. `edit` may change properties. Throws `invalid_image` when the file is no HEIF or broken, and
 * `optimization_failed` for a fragmented sequence.
 */
export function stripHeif(
  file: Uint8Array,
  edit: PropertyEdit = {},
): Uint8Array {
  const top = walkBytes(file, walkBoxes(0, file.length));
  const { meta, metaBox } = walkBytes(file, walkHeif(file.length));
  const moov = top.find(({ type }) => type === "moov");
  const [ftyp] = top;
  if (top.some(({ type }) => type === "moof") || !ftyp)
    throw new ServiceError(
      "optimization_failed",
      "Metadata of a fragmented sequence cannot be removed.",
      { tool: "metadata-strip" },
    );
  const kept = meta ? itemsToKeep(file, meta) : new Set<number>();
  const spans = spansKept(file, meta, kept, moov && top);
  const inside = meta ? idatKept(meta, kept) : [];
  const layOut = (base: number): Uint8Array[] => {
    const move = relocation(spans, base);
    const moveInside = relocation(inside, 0);
    return [
      boxBytes("ftyp", contentOf(file, ftyp)),
      ...(meta && metaBox
        ? [
            indexBox(contentOf(file, metaBox), meta, kept, {
              file,
              move,
              moveInside,
              inside,
              edit,
            }),
          ]
        : []),
      ...(moov
        ? [
            boxBytes(
              "moov",
              moveMovie(contentOf(file, moov), base === 0 ? () => 0 : move),
            ),
          ]
        : []),
    ];
  };
  const bytesBefore = layOut(0).reduce((sum, part) => sum + part.length, 0);
  const data = spans.map(({ start, end }) => file.subarray(start, end));
  return new Uint8Array(
    Buffer.concat([
      ...layOut(bytesBefore + 8),
      ...(data.length > 0 ? [boxBytes("mdat", ...data)] : []),
    ]),
  );
}

function contentOf(file: Uint8Array, { offset, length }: BoxSpan): Uint8Array {
  return file.subarray(offset, offset + length);
}

/** A stretch of the file for each extent; a length of 0 means up to the end. */
function spanOf({ offset, length }: Extent, size: number): Span {
  const end = length === 0 ? size : offset + length;
  return { start: Math.min(offset, size), end: Math.min(end, size) };
}

/** The data of the kept items; of a sequence all media data but those of the others, since its samples lie there too. */
function spansKept(
  file: Uint8Array,
  meta: Meta | undefined,
  kept: ReadonlySet<number>,
  movie: readonly BoxSpan[] | undefined,
): Span[] {
  const inFile = (wanted: (id: number) => boolean) =>
    [...(meta?.locations ?? [])]
      .filter(
        ([id, { method, file: other }]) =>
          method === 0 && other === 0 && wanted(id),
      )
      .flatMap(([, { extents }]) =>
        extents.map((extent) => spanOf(extent, file.length)),
      );
  const own = joined(inFile((id) => kept.has(id)));
  if (!movie) return own;
  const media = movie
    .filter(({ type }) => type === "mdat")
    .map(({ offset, length }) => ({ start: offset, end: offset + length }));
  const gone = without(
    inFile((id) => !kept.has(id)),
    own,
  );
  return joined([...without(media, gone), ...own]);
}

/** What of the index's own data (`idat`) the kept items use. */
function idatKept(
  { locations, idat }: Meta,
  kept: ReadonlySet<number>,
): Span[] {
  return joined(
    [...locations]
      .filter(([id, { method }]) => method === 1 && kept.has(id))
      .flatMap(([, { extents }]) =>
        extents.map((extent) => spanOf(extent, idat?.length ?? 0)),
      ),
  );
}

interface Moves {
  readonly file: Uint8Array;
  readonly move: (offset: number) => number | undefined;
  readonly moveInside: (offset: number) => number | undefined;
  readonly inside: readonly Span[];
  readonly edit: PropertyEdit;
}

function indexBox(
  content: Uint8Array,
  meta: Meta,
  kept: ReadonlySet<number>,
  { file, move, moveInside, inside, edit }: Moves,
): Uint8Array {
  const boxes = boxesIn(content, 4);
  const copied = (type: string) =>
    boxes
      .filter((box) => box.type === type)
      .map((box) => boxBytes(type, box.content));
  const find = (type: string) =>
    boxes.find((box) => box.type === type)?.content;
  const references = meta.references
    .map(({ type, from, to }) => ({
      type,
      from,
      to: to.filter((id) => kept.has(id)),
    }))
    .filter(({ from, to }) => kept.has(from) && to.length > 0);
  const locations = new Map<number, Location>();
  for (const [id, location] of meta.locations) {
    if (!kept.has(id)) continue;
    const { method, file: other, extents } = location;
    const size = method === 1 ? (meta.idat?.length ?? 0) : file.length;
    const moved =
      method === 0 && other === 0
        ? move
        : method === 1
          ? moveInside
          : undefined;
    locations.set(id, {
      ...location,
      extents: moved
        ? extents.map((extent) => {
            const { start, end } = spanOf(extent, size);
            return {
              index: extent.index,
              offset: moved(start) ?? 0,
              length: end - start,
            };
          })
        : extents,
    });
  }
  const idat = inside.map(({ start, end }) =>
    (meta.idat ?? content).subarray(start, end),
  );
  return boxBytes(
    "meta",
    content.subarray(0, 4),
    HANDLER,
    ...COPIED.flatMap(copied),
    itemsBox(find("iinf") ?? content, kept),
    boxBytes(
      "iprp",
      keepProperties(find("iprp") ?? new Uint8Array(0), kept, edit),
    ),
    ...(references.length > 0 ? [referencesBox(references)] : []),
    ...(idat.length > 0 ? [boxBytes("idat", ...idat)] : []),
    locationsBox(locations, file.length),
  );
}

/** The kept items' entries, hidden where they were hidden, without their names. */
function itemsBox(content: Uint8Array, kept: ReadonlySet<number>): Uint8Array {
  const { version } = openFull(content);
  const entries = boxesIn(content, version === 0 ? 6 : 8).flatMap((box) => {
    const { version: kind, flags, cursor } = openFull(box.content);
    if (box.type !== "infe" || kind < 2) return [];
    const id = kind === 2 ? cursor.u16() : cursor.u32();
    if (!kept.has(id)) return [];
    const protection = cursor.u16();
    const type = cursor.fourcc();
    cursor.text();
    const contentType = type === "mime" ? cursor.text() : "";
    return [itemEntry(id, type, contentType, { flags, protection })];
  });
  return fullBoxBytes("iinf", 0, numbers(2, entries.length), ...entries);
}
