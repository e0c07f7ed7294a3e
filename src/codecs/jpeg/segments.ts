// Lists the marker segments of a JPEG up to its first scan; decides nothing about what they mean.

import { ServiceError } from "../../errors.ts";
import type { ByteReader } from "../containers/reader.ts";
import { walkBytes, walkReader, type Walk } from "../containers/walk.ts";

/** A marker segment (ITU-T T.81, B.1.1.4). */
export interface Segment {
  /** The byte after 0xFF. */
  readonly marker: number;
  /** Where its 0xFF lies, behind any fill bytes. */
  readonly start: number;
  /** Where its payload lies, and its bytes: without the marker and the two length bytes. */
  readonly offset: number;
  readonly length: number;
  /** The payload's first bytes, at most 56: enough for every signature. */
  readonly head: Uint8Array;
}

export const MARKER = {
  sof0: 0xc0,
  dht: 0xc4,
  jpg: 0xc8,
  dac: 0xcc,
  sof15: 0xcf,
  soi: 0xd8,
  eoi: 0xd9,
  sos: 0xda,
  dqt: 0xdb,
  app0: 0xe0,
  app1: 0xe1,
  app2: 0xe2,
  app13: 0xed,
  com: 0xfe,
} as const;

/** Bytes looked at for one marker: marker, length and the head of the payload. */
const LOOK_BYTES = 60;
const HEAD_BYTES = 56;
/** 255 ICC pieces and 1,000 of extended XMP (64 MB) are beyond any real file; bounds a chain of empty segments. */
const MAX_SEGMENTS = 4096;
/** libjpeg skips any junk between segments; a real file has none or a few bytes. Bounds a hunt through noise. */
const MAX_JUNK_BYTES = 256 * 1024;

/** The segments from SOI to the first SOS, which is the last; without SOS when the data end or turn bad before. */
export function segmentsOf(reader: ByteReader): Promise<Segment[]> {
  return walkReader(reader, walkSegments());
}

/** The same of a file in memory. */
export function segmentsIn(file: Uint8Array): Segment[] {
  return walkBytes(file, walkSegments());
}

/** What follows SOI in a file that starts at `base` of whatever is walked. Throws `invalid_image` when no SOI is there. */
export function* walkSegments(base = 0): Walk<Segment[]> {
  const soi = yield { offset: base, length: 2 };
  if (soi[0] !== 0xff || soi[1] !== MARKER.soi) {
    throw new ServiceError("invalid_image", "The file is not a JPEG image.");
  }
  const segments: Segment[] = [];
  let at = base + 2;
  let junk = 0;
  while (segments.length < MAX_SEGMENTS && junk < MAX_JUNK_BYTES) {
    const look = yield { offset: at, length: LOOK_BYTES };
    if (look.length < 4) return segments;
    const found = findMarker(look);
    if (found > 0) {
      at += found;
      junk += found;
      continue;
    }
    const marker = look[1] ?? 0;
    const length = (look[2] ?? 0) * 256 + (look[3] ?? 0) - 2;
    if (marker === MARKER.eoi || length < 0) return segments;
    const head = look.slice(4, 4 + Math.min(length, HEAD_BYTES));
    segments.push({ marker, start: at, offset: at + 4, length, head });
    if (marker === MARKER.sos) return segments;
    at += 4 + length;
  }
  throw new ServiceError(
    "invalid_image",
    "The JPEG's header holds more segments or junk than any valid one.",
  );
}

/**
 * Bytes to skip to the next marker that opens a segment: past junk, fill bytes
 * and what stands alone (a stuffed zero, RSTn, TEM, another SOI). 0 when one
 * lies at the start; at least 1 otherwise, and a last 0xFF is not skipped.
 */
function findMarker(look: Uint8Array): number {
  let at = look.indexOf(0xff);
  while (at >= 0 && at + 1 < look.length) {
    const marker = look[at + 1] ?? 0;
    const isAlone = marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    if (marker !== 0xff && !isAlone) return at;
    at = look.indexOf(0xff, at + 1);
  }
  return at < 0 ? look.length : at;
}
