// Cuts a JPEG down to what its picture needs, copying the coded data byte for byte; decides nothing about what to put back.

import { ServiceError } from "../../errors.ts";
import { MARKER, segmentsIn, type Segment } from "./segments.ts";
import { kindOf } from "./signatures.ts";

/** Adobe's APP14: without it decoders guess the color transform (T.81 leaves it open). */
const APP14 = 0xee;

/**
 * The file without application segments but JFIF and Adobe's, without
 * comments, and without anything after its first image's end. Throws
 * `invalid_image` when that end is missing.
 */
export function stripped(file: Uint8Array): Uint8Array {
  const segments = segmentsIn(file);
  const scan = segments.at(-1);
  if (scan?.marker !== MARKER.sos) throw noEnd();
  const parts = [file.subarray(0, 2)];
  for (const segment of segments.slice(0, -1)) {
    if (isNeeded(segment)) parts.push(bytesOf(file, segment));
  }
  parts.push(...codedData(file, scan.start));
  return new Uint8Array(Buffer.concat(parts));
}

function isNeeded(segment: Segment): boolean {
  const { marker } = segment;
  if (marker === MARKER.app0) return kindOf(segment) === "jfif";
  const isApplication = marker > MARKER.app0 && marker <= 0xef;
  return marker === APP14 || (!isApplication && marker !== MARKER.com);
}

function bytesOf(file: Uint8Array, segment: Segment): Uint8Array {
  return file.subarray(segment.start, segment.offset + segment.length);
}

/** Scans with the tables between them, up to and including EOI; comments and application data between scans left out. */
function codedData(file: Uint8Array, start: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let from = start;
  let at = start;
  for (;;) {
    at = file.indexOf(0xff, at);
    if (at < 0 || at + 1 >= file.length) throw noEnd();
    const marker = file[at + 1] ?? 0;
    if (marker === MARKER.eoi) {
      return [...parts, file.subarray(from, at + 2)];
    }
    if (marker === 0xff) at += 1;
    else if (marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else {
      const length = (file[at + 2] ?? 0) * 256 + (file[at + 3] ?? 0);
      const unwanted = marker >= MARKER.app0 && marker !== APP14;
      if (unwanted) {
        parts.push(file.subarray(from, at));
        from = at + 2 + length;
      }
      at += 2 + Math.max(2, length);
    }
  }
}

function noEnd(): ServiceError {
  return new ServiceError("invalid_image", "The JPEG is cut off.");
}
