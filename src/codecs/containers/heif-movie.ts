// Writes the movie box of an image sequence for samples that have moved, without what is said beside them; reads no coded data.

import { ServiceError } from "../../errors.ts";
import { boxBytes, numbers } from "./isobmff-write.ts";
import { boxesIn, openFull } from "./isobmff.ts";

/** Boxes that hold boxes on the way to the chunk offsets (14496-12, 6.2.3). */
const CONTAINERS = ["moov", "trak", "mdia", "minf", "stbl"];
/** User data, metadata, and room for either. */
const ASIDE = ["udta", "meta", "uuid", "free", "skip"];

/**
 * A moov box's content with every chunk offset moved, of the same length
 * whatever `move` says, so that it may be asked twice. Throws `invalid_image` when
 * a chunk lies where nothing was kept.
 */
export function moveMovie(
  content: Uint8Array,
  move: (offset: number) => number | undefined,
): Uint8Array {
  const parts = boxesIn(content).flatMap(({ type, content: inner }) => {
    if (ASIDE.includes(type)) return [];
    if (CONTAINERS.includes(type))
      return [boxBytes(type, moveMovie(inner, move))];
    return type === "stco" || type === "co64"
      ? [boxBytes(type, moveChunks(inner, type === "stco" ? 4 : 8, move))]
      : [boxBytes(type, inner)];
  });
  return new Uint8Array(Buffer.concat(parts));
}

function moveChunks(
  content: Uint8Array,
  size: 4 | 8,
  move: (offset: number) => number | undefined,
): Uint8Array {
  const { cursor } = openFull(content);
  const count = cursor.u32();
  const moved: number[] = [];
  for (let chunk = 0; chunk < count; chunk++) {
    const offset = move(cursor.uint(size));
    if (offset === undefined)
      throw new ServiceError(
        "invalid_image",
        "The sequence's frames lie outside its media data.",
      );
    moved.push(offset);
  }
  return Buffer.concat([content.subarray(0, 8), numbers(size, ...moved)]);
}
