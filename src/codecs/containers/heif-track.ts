// Reads how many samples the tracks of an image sequence hold, and their shape; decides nothing about what plays.

import { ServiceError } from "../../errors.ts";
import { Cursor, latin1 } from "./cursor.ts";
import { boxesIn, walkBoxes, type Box, type BoxSpan } from "./isobmff.ts";
import type { Walk } from "./walk.ts";

/** A track: its handler ("pict", "vide", "auxv"), its samples, and the first sample entry. */
export interface Track {
  readonly handler: string;
  readonly samples: number;
  /** Coded size in pixels; 0 when there is no sample entry. */
  readonly width: number;
  readonly height: number;
  /** The sample entry's boxes: av1C, hvcC, colr. */
  readonly boxes: readonly Box[];
}

/** A sequence has a picture, an alpha and a thumbnail track, and no reason for more. */
const MAX_TRACKS = 16;
/** Sample entries hold a codec configuration and a profile: no more than the index of a still may (heif-meta.ts). */
const MAX_STSD_BYTES = 1024 * 1024;
/** Fields of a visual sample entry before its boxes (14496-12, 12.1.3). */
const ENTRY_BYTES = 78;

/** The tracks of a moov box. Throws `invalid_image` when a box is broken, `image_too_large` beyond MAX_STSD_BYTES. */
export function* walkTracks(moov: BoxSpan): Walk<Track[]> {
  const tracks: Track[] = [];
  for (const trak of yield* children(moov)) {
    if (trak.type !== "trak" || tracks.length >= MAX_TRACKS) continue;
    tracks.push(yield* walkTrack(trak));
  }
  return tracks;
}

function* walkTrack(trak: BoxSpan): Walk<Track> {
  const media = yield* childrenOf(yield* children(trak), "mdia");
  const info = yield* childrenOf(media, "minf");
  const tables = yield* childrenOf(info, "stbl");
  // Full box, pre_defined, handler_type; full box, sample_size, sample_count.
  const hdlr = yield* contentOf(media, "hdlr", 12);
  const stsz = yield* contentOf(tables, "stsz", 12);
  const stsd = yield* contentOf(tables, "stsd", MAX_STSD_BYTES + 1);
  if (stsd.length > MAX_STSD_BYTES)
    throw new ServiceError(
      "image_too_large",
      `A track of the file has more than ${MAX_STSD_BYTES} bytes of descriptions.`,
      { limit: MAX_STSD_BYTES },
    );
  return {
    handler: latin1(hdlr.subarray(8, 12)),
    samples: stsz.length < 12 ? 0 : new Cursor(stsz, 8).u32(),
    ...readEntry(stsd),
  };
}

function readEntry(
  stsd: Uint8Array,
): Pick<Track, "width" | "height" | "boxes"> {
  const entry = stsd.length > 8 ? boxesIn(stsd, 8)[0]?.content : undefined;
  if (!entry || entry.length < ENTRY_BYTES)
    return { width: 0, height: 0, boxes: [] };
  const cursor = new Cursor(entry, 24);
  return {
    width: cursor.u16(),
    height: cursor.u16(),
    boxes: boxesIn(entry, ENTRY_BYTES),
  };
}

function children(box: BoxSpan): Walk<BoxSpan[]> {
  return walkBoxes(box.offset, box.offset + box.length);
}

function* childrenOf(boxes: readonly BoxSpan[], type: string): Walk<BoxSpan[]> {
  const box = boxes.find((candidate) => candidate.type === type);
  return box ? yield* children(box) : [];
}

function* contentOf(
  boxes: readonly BoxSpan[],
  type: string,
  maxBytes: number,
): Walk<Uint8Array> {
  const box = boxes.find((candidate) => candidate.type === type);
  if (!box) return new Uint8Array(0);
  return yield { offset: box.offset, length: Math.min(box.length, maxBytes) };
}
