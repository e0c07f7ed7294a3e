// Decides which items of a HEIF file are part of how it looks, and which are metadata; touches no bytes.

import { latin1 } from "./cursor.ts";
import { XMP_TYPE } from "./heif-blocks.ts";
import { walkItem } from "./heif-file.ts";
import type { Item, Meta, Reference } from "./heif-meta.ts";
import { walkBytes } from "./walk.ts";

const METADATA_TYPES = ["Exif", "mime", "uri "];
/** A gain map's packet holds a version and a headroom: 400 to 700 bytes in files of iPhones. */
const MAX_PACKET_BYTES = 4096;
/** Namespaces that a gain map's packet needs; one with any other may say anything. */
const GAIN_MAP_NAMESPACES = [
  "adobe:ns:meta/",
  "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
  "http://ns.apple.com/HDRGainMap/1.0/",
  "http://ns.apple.com/pixeldatainfo/1.0/",
];

/**
 * Ids of the items that stay when metadata goes: every picture that is no
 * thumbnail, what it is made of, its auxiliaries (alpha, depth, gain maps), and
 * the XMP packet that says how a gain map is applied, when it says nothing else.
 * Whatever no other item uses and no viewer shows by itself (EXIF, XMP, C2PA,
 * thumbnails with their tiles) goes.
 */
export function itemsToKeep(file: Uint8Array, meta: Meta): Set<number> {
  const { items, references, primary } = meta;
  const linked = (type: string) =>
    references.filter((reference) => reference.type === type);
  const thumbnails = new Set(linked("thmb").map(({ from }) => from));
  const parts = new Set(linked("dimg").flatMap(({ to }) => to));
  const isPicture = ({ type }: Item) => !METADATA_TYPES.includes(type);
  const dropped = (id: number) => thumbnails.has(id) && id !== primary;
  // What only helps a thumbnail goes with it.
  const helpsNone = (id: number) => {
    const helped = linked("auxl").filter(({ from }) => from === id);
    return (
      helped.length > 0 &&
      helped.every(({ to }) => to.every((at) => dropped(at)))
    );
  };
  const roots = [...items.values()]
    .filter(isPicture)
    .map(({ id }) => id)
    .filter((id) => id === primary || !(dropped(id) || helpsNone(id)))
    .filter((id) => id === primary || !parts.has(id));
  const kept = withParts(roots, linked("dimg"));
  for (const { from, to } of linked("cdsc")) {
    const item = items.get(from);
    const describesKept = to.some((id) => kept.has(id));
    if (item && describesKept && isGainMapPacket(file, meta, item))
      kept.add(from);
  }
  return kept;
}

/** Items and everything that they are derived from. */
function withParts(
  roots: readonly number[],
  derivations: readonly Reference[],
): Set<number> {
  const partsOf = new Map(derivations.map(({ from, to }) => [from, to]));
  const kept = new Set<number>();
  const open = [...roots];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (kept.has(id)) continue;
    kept.add(id);
    for (const part of partsOf.get(id) ?? []) open.push(part);
  }
  return kept;
}

function isGainMapPacket(
  file: Uint8Array,
  meta: Meta,
  { id, contentType }: Item,
): boolean {
  if (contentType !== XMP_TYPE) return false;
  const packet = walkBytes(file, walkItem(meta, id, MAX_PACKET_BYTES));
  const text = packet ? latin1(packet) : "";
  if (!text.includes("HDRGainMap")) return false;
  const declared = /xmlns:[\w.-]{1,64}\s?=\s?["']([^"'<>]{1,100})["']/g;
  return [...text.matchAll(declared)].every(([, uri = ""]) =>
    GAIN_MAP_NAMESPACES.includes(uri),
  );
}
