// Adds up how many pixels a decoder goes over in all scans of a JPEG; reads past their coded data, and judges nothing.

import { openSight, see, type Sight } from "../containers/sight.ts";
import type { Ask, Walk } from "../containers/walk.ts";
import type { Component, Frame } from "./frame.ts";
import { MARKER, type Segment } from "./segments.ts";

/** Blocks are 8 × 8, and coded whole (T.81, A.2.4). */
const BLOCK = 8;
/** A scan's own beginning (tables, buffers) takes libjpeg-turbo as long as some 500 empty blocks: 5 µs. Bounds 8 million scans of one block. */
const SCAN_PIXELS = 500 * BLOCK * BLOCK;

/**
 * The pixels of all scans together, each component's as it is sampled: 1.5 times
 * the picture's for a plain 4:2:0, 8 times for libjpeg's ten progressive scans
 * of it. `first` is the segment that opens the first scan. Every scan of a
 * progressive file may go over every block again and take four bytes for it:
 * 883 scans of 64 MP are 200 KB, and 10 to 60 s for every engine.
 */
export function* walkScans(frame: Frame, first: Segment): Walk<number> {
  let pixels = pixelsOf(frame, first.head);
  // What opens with all components and is not progressive ends with its first scan: engines refuse another.
  const isOne =
    !frame.facts.progressive && first.head[0] === frame.components.length;
  if (isOne) return pixels;
  const sight = openSight();
  let at = first.offset + first.length;
  for (;;) {
    const found = yield* nextMarker(sight, at);
    if (found === undefined || found.marker === MARKER.eoi) return pixels;
    at = found.end;
    if (standsAlone(found.marker)) continue;
    const look = yield* see(sight, at, 2 + 1 + 2 * 4);
    const length = (look[0] ?? 0) * 256 + (look[1] ?? 0);
    if (length < 2) return pixels;
    if (found.marker === MARKER.sos)
      pixels += SCAN_PIXELS + pixelsOf(frame, look.subarray(2));
    at += length;
  }
}

/** The pixels that one scan goes over, by the payload of its SOS: a count, then the id and the tables of each component. */
function pixelsOf({ facts, components }: Frame, payload: Uint8Array): number {
  const most = (side: "h" | "v"): number =>
    Math.max(...components.map((component) => component[side]));
  const [h, v] = [most("h"), most("v")];
  const padded = (side: number): number => Math.ceil(side / BLOCK) * BLOCK;
  const size = (component: Component): number =>
    padded((facts.width * component.h) / h) *
    padded((facts.height * component.v) / v);
  const ids = Array.from(
    { length: payload[0] ?? 0 },
    (_, index) => payload[1 + 2 * index],
  );
  return components
    .filter(({ id }) => ids.includes(id))
    .reduce((sum, component) => sum + size(component), 0);
}

/** The next marker that is neither a stuffed zero nor fill, and where what follows it begins; undefined when there is none. */
function* nextMarker(
  sight: Sight,
  from: number,
): Generator<Ask, { marker: number; end: number } | undefined, Uint8Array> {
  let at = from;
  for (;;) {
    const piece = yield* see(sight, at, 2);
    if (piece.length < 2) return undefined;
    const last = piece.length - 1;
    for (let index = 0; index < last; index++) {
      if (piece[index] !== 0xff) continue;
      const marker = piece[index + 1] ?? 0;
      if (marker !== 0 && marker !== 0xff)
        return { marker, end: at + index + 2 };
    }
    at += last;
  }
}

/** RSTn, TEM and SOI have no length (T.81, B.1.1.3). */
function standsAlone(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}
