// Finds the EXIF and XMP items of a HEIF file and fetches them; reads neither.

import { withoutExifPrefix } from "./exif.ts";
import { walkItem } from "./heif-file.ts";
import type { Item, Meta } from "./heif-meta.ts";
import type { Walk } from "./walk.ts";

/** The largest EXIF or XMP item that is read: phones put previews and maker notes of up to 1 MB in. */
const MAX_BLOCK_BYTES = 4 * 1024 * 1024;

export const XMP_TYPE = "application/rdf+xml";

/** The EXIF ("Exif") or XMP ("mime") item that describes the primary, else any of that kind. */
export function findBlockItem(
  meta: Meta,
  kind: "Exif" | "mime",
): Item | undefined {
  const candidates = [...meta.items.values()].filter(
    ({ type, contentType }) =>
      type === kind && (kind === "Exif" || contentType === XMP_TYPE),
  );
  const described = new Set(
    meta.references
      .filter(({ type, to }) => type === "cdsc" && to.includes(meta.primary))
      .map(({ from }) => from),
  );
  return candidates.find(({ id }) => described.has(id)) ?? candidates[0];
}

/** The TIFF block of the EXIF item; undefined when there is none or it is too large. */
export function* walkExif(meta: Meta): Walk<Uint8Array | undefined> {
  const item = findBlockItem(meta, "Exif");
  const data = item && (yield* walkItem(meta, item.id, MAX_BLOCK_BYTES));
  if (!data || data.length < 4) return undefined;
  // Four bytes say how far behind them the TIFF header lies (23008-12, annex A.2.1).
  const tiff = 4 + Buffer.from(data).readUInt32BE();
  return withoutExifPrefix(data.subarray(tiff < data.length ? tiff : 4));
}

/** The packet of the XMP item. */
export function* walkXmp(meta: Meta): Walk<Uint8Array | undefined> {
  const item = findBlockItem(meta, "mime");
  return item && (yield* walkItem(meta, item.id, MAX_BLOCK_BYTES));
}
