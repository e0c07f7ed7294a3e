// Takes the metadata out of a JPEG in memory and puts metadata in; decides neither what is kept nor what it should say.

import type { Density } from "../../image/facts.ts";
import { withoutExifPrefix } from "../containers/exif.ts";
import type { Embedded, Metadata } from "../metadata.ts";
import { joinPieces, splitIntoPieces } from "./icc-pieces.ts";
import { MARKER, segmentsIn, type Segment } from "./segments.ts";
import { kindOf, prefixBytes, SIGNATURES, type Kind } from "./signatures.ts";

/** A segment's two length bytes count themselves, so its payload ends here (T.81, B.1.1.4). */
const MAX_PAYLOAD = 65_533;
/** Photoshop resources per segment: the payload less their signature. */
const MAX_RESOURCES = MAX_PAYLOAD - SIGNATURES.iptc.text.length;

/** Reads every block of metadata before the first scan. Throws `invalid_image` when the file is no JPEG. */
export function readMetadata(file: Uint8Array): Metadata {
  const segments = segmentsIn(file);
  const payloads = (kind: Kind) =>
    segments
      .filter((segment) => kindOf(segment) === kind)
      .map(({ offset, length }) => file.subarray(offset, offset + length));
  const data = (kind: Kind) =>
    payloads(kind).map((payload) => payload.subarray(prefixBytes(kind)));
  const [exif] = data("exif");
  const [xmp] = data("xmp");
  const extendedXmp = data("extendedXmp");
  const iptc = data("iptc");
  const comments = data("comment");
  const icc = joinPieces(payloads("icc"));
  return {
    ...(exif && { exif }),
    ...(xmp && { xmp }),
    ...(extendedXmp.length > 0 && { extendedXmp }),
    // Photoshop continues a long resource block in the next segment.
    ...(iptc.length > 0 && { iptc: new Uint8Array(Buffer.concat(iptc)) }),
    ...(comments.length > 0 && { comments }),
    ...(icc && { icc }),
  };
}

/** Metadata's names and the segments that hold them, in the order they are written. */
const HOMES = {
  exif: "exif",
  xmp: "xmp",
  extendedXmp: "extendedXmp",
  icc: "icc",
  iptc: "iptc",
  comments: "comment",
} as const satisfies Record<keyof Metadata, Kind>;

/**
 * The file with `metadata` put in behind its JFIF segments. A kind that is
 * given replaces the file's own (and XMP the extended XMP that belongs to it);
 * one that is not stays as it is. What is too large for JPEG's segments is left
 * out and named in `dropped`. A multi-picture index is not brought up to date.
 * Throws `invalid_image` when the file is no JPEG.
 */
export function writeMetadata(file: Uint8Array, metadata: Metadata): Embedded {
  const replaced = new Set<Kind | undefined>();
  const added: Uint8Array[] = [];
  const dropped: (keyof Metadata)[] = [];
  for (const name of Object.keys(HOMES) as (keyof Metadata)[]) {
    if (metadata[name] === undefined) continue;
    const kind = HOMES[name];
    const payloads = payloadsOf(name, metadata);
    const fitting = payloads.filter(({ length }) => length <= MAX_PAYLOAD);
    replaced.add(kind);
    if (kind === "xmp") replaced.add("extendedXmp");
    if (fitting.length < payloads.length) dropped.push(name);
    for (const payload of fitting)
      added.push(segmentBytes(SIGNATURES[kind].marker, payload));
  }
  const bytes = rebuild(file, added, (kind) => replaced.has(kind));
  return { bytes, dropped };
}

/** Payloads for one kind, too long where the data do not fit. */
function payloadsOf(name: keyof Metadata, metadata: Metadata): Uint8Array[] {
  if (name === "icc" && metadata.icc)
    return splitIntoPieces(metadata.icc) ?? [metadata.icc];
  const text = SIGNATURES[HOMES[name]].text;
  const prefix = Buffer.alloc(prefixBytes(HOMES[name]));
  prefix.write(text, "latin1");
  return blocksOf(name, metadata).map((block) =>
    Buffer.concat([prefix, block]),
  );
}

function blocksOf(
  name: keyof Metadata,
  metadata: Metadata,
): readonly Uint8Array[] {
  const { exif, iptc } = metadata;
  if (name === "exif" && exif) return [withoutExifPrefix(exif)];
  if (name === "iptc" && iptc) return pieces(iptc, MAX_RESOURCES);
  const value = metadata[name] ?? [];
  return value instanceof Uint8Array ? [value] : value;
}

function pieces(block: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(block.length / size) }, (_, index) =>
    block.subarray(index * size, (index + 1) * size),
  );
}

/** A marker segment around a payload of at most 65,533 bytes. */
export function segmentBytes(marker: number, payload: Uint8Array): Uint8Array {
  const length = payload.length + 2;
  return Buffer.concat([
    Uint8Array.of(0xff, marker, length >> 8, length & 0xff),
    payload,
  ]);
}

/** The file with `added` segments behind SOI and JFIF, and without those whose kind is `unwanted`. */
export function rebuild(
  file: Uint8Array,
  added: readonly Uint8Array[],
  unwanted: (kind: Kind | undefined) => boolean,
): Uint8Array {
  const segments = segmentsIn(file);
  const others = segments.findIndex((segment) => !isJfif(segment));
  const front = others < 0 ? segments : segments.slice(0, others);
  let at = endOf(front.at(-1));
  const parts = [file.subarray(0, at), ...added];
  for (const segment of segments.slice(front.length)) {
    if (!unwanted(kindOf(segment))) continue;
    parts.push(file.subarray(at, segment.start));
    at = endOf(segment);
  }
  return new Uint8Array(Buffer.concat([...parts, file.subarray(at)]));
}

function isJfif(segment: Segment): boolean {
  const kind = kindOf(segment);
  return kind === "jfif" || kind === "jfxx";
}

/** Where a segment ends; SOI's end without one. */
function endOf(segment: Segment | undefined): number {
  return segment ? segment.offset + segment.length : 2;
}

/**
 * The file with its JFIF segment saying `density`: patched in place, or put in
 * behind SOI when there is none. JFIF counts whole pixels, up to 65,535, to the
 * inch or to the centimeter: the unit is taken that comes nearer.
 */
export function setDensity(file: Uint8Array, density: Density): Uint8Array {
  const own = segmentsIn(file).find(
    (segment) => kindOf(segment) === "jfif" && segment.length >= 14,
  );
  const data = Buffer.from("JFIF\0\x01\x02\x01\0\0\0\0\0\0", "latin1");
  const unit =
    error(density, INCH) <= error(density, CENTIMETER) ? INCH : CENTIMETER;
  data.writeUInt8(unit.code, 7);
  data.writeUInt16BE(toWhole(density.x / unit.inches), 8);
  data.writeUInt16BE(toWhole(density.y / unit.inches), 10);
  if (!own) {
    const jfif = segmentBytes(MARKER.app0, data);
    const parts = [file.subarray(0, 2), jfif, file.subarray(2)];
    return new Uint8Array(Buffer.concat(parts));
  }
  const patched = file.slice();
  patched.set(data.subarray(7, 12), own.offset + 7);
  return patched;
}

/** JFIF's units; `inches` is how many fill an inch. */
const INCH = { code: 1, inches: 1 };
const CENTIMETER = { code: 2, inches: 2.54 };

/** What rounding costs, as a share of the density. */
function error({ x, y }: Density, { inches }: typeof INCH): number {
  const share = (value: number): number =>
    Math.abs((toWhole(value / inches) * inches) / value - 1);
  return Math.max(share(x), share(y));
}

function toWhole(density: number): number {
  return Math.min(Math.max(Math.round(density), 1), 0xffff);
}
