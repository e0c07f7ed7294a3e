// Finds where the primary picture of a HEIF file begins to be coded, tile by tile; reads no codec's syntax.

import { walkHeif } from "./heif-file.ts";
import type { Meta } from "./heif-meta.ts";
import type { Box } from "./isobmff.ts";
import type { Walk } from "./walk.ts";

/** A coded picture: the first bytes of its data, and its properties. */
export interface CodedStart {
  readonly type: string;
  readonly data: Uint8Array;
  readonly properties: readonly Box[];
}

/** Pictures made of pictures end here, as in heif-picture.ts. */
const MAX_DEPTH = 4;

/**
 * The first `bytes` bytes of up to `most` coded pictures that the primary is
 * made of, evenly spread over its tiles; fewer where data lie in other files.
 * Empty when there is no index. Throws `invalid_image` as `walkHeif` does.
 */
export function* walkCodedStarts(
  size: number,
  { most, bytes }: { readonly most: number; readonly bytes: number },
): Walk<CodedStart[]> {
  const { meta } = yield* walkHeif(size);
  if (!meta) return [];
  const tiles = leavesOf(meta, meta.primary, MAX_DEPTH);
  const step = Math.max(1, tiles.length / most);
  const starts: CodedStart[] = [];
  for (let at = 0; at < tiles.length && starts.length < most; at += step) {
    const id = tiles[Math.floor(at)] ?? meta.primary;
    const location = meta.locations.get(id);
    const [extent] = location?.extents ?? [];
    if (!location || !extent || location.method > 1 || location.file !== 0)
      continue;
    const { offset } = extent;
    const length = extent.length === 0 ? bytes : Math.min(bytes, extent.length);
    const data =
      location.method === 1
        ? meta.idat?.subarray(offset, offset + length)
        : yield { offset, length };
    const type = meta.items.get(id)?.type ?? "";
    if (data) starts.push({ type, data, properties: meta.properties(id) });
  }
  return starts;
}

/** The coded items below one, or itself. */
function leavesOf(meta: Meta, id: number, depth: number): readonly number[] {
  const parts = meta.references.find(
    ({ type, from }) => type === "dimg" && from === id,
  );
  if (!parts) return [id];
  if (depth === 0) return [];
  // Tiles are of one kind: where the first has no parts, none has.
  const [first] = parts.to;
  const isFlat = !meta.references.some(
    ({ type, from }) => type === "dimg" && from === first,
  );
  if (isFlat) return parts.to;
  return first === undefined ? [] : leavesOf(meta, first, depth - 1);
}
