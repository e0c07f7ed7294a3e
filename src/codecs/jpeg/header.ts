// Decides what a JPEG is from the segments before its first scan, and how much decoding it takes; decodes nothing, and trailing bytes go unseen.

import { ServiceError } from "../../errors.ts";
import type {
  ColorProfile,
  Density,
  Facts,
  MetadataKind,
} from "../../image/facts.ts";
import { readExif, type ExifFacts } from "../containers/exif.ts";
import { readProfile } from "../containers/icc.ts";
import type { ByteReader } from "../containers/reader.ts";
import { walkReader } from "../containers/walk.ts";
import { readFrame, sourceQuality } from "./frame.ts";
import { joinPieces } from "./icc-pieces.ts";
import { readPictures, type Picture } from "./mpf.ts";
import { walkScans } from "./scans.ts";
import { MARKER, segmentsOf, walkSegments, type Segment } from "./segments.ts";
import {
  announcesGainMap,
  kindOf,
  prefixBytes,
  type Kind,
} from "./signatures.ts";

/** Payloads by kind, in file order. */
type Payloads = ReadonlyMap<Kind, readonly Uint8Array[]>;

/** Kinds that are told by their presence; of the rest the first is read. */
const UNREAD: readonly (Kind | undefined)[] = [
  "extendedXmp",
  "comment",
  "iptc",
];
/** Pieces of a profile that are read, of 64 KB each: 4 MB, as in all formats. A file may hold 1,500 of them in 100 MB. */
const MAX_PIECES = 64;
/** Segments of quantization tables that are read: encoders write one to four. */
const MAX_TABLE_SEGMENTS = 16;

/**
 * Facts of a JPEG. Throws `invalid_image` when it has no usable frame header
 * or no scan, `unsupported_format` when its frame is lossless or not of 8 bits. "trailing" means further pictures of an MPF file that are
 * no gain map; data behind the image that no index names are not looked for.
 */
export async function header(reader: ByteReader): Promise<Facts> {
  const segments = await segmentsOf(reader);
  const frame = readFrame(segments);
  const scan = segments.at(-1);
  if (scan?.marker !== MARKER.sos)
    throw new ServiceError("invalid_image", "The JPEG ends before its image.");
  const payloads = await readPayloads(reader, segments);
  const tables = await readAll(
    reader,
    segments
      .filter(({ marker }) => marker === MARKER.dqt)
      .slice(-MAX_TABLE_SEGMENTS),
  );
  const exifBlock = dataOf(payloads, "exif");
  const exif = exifBlock && readExif(exifBlock);
  const pictures = picturesOf(segments, payloads);
  const hasGainMap = await findGainMap(reader, payloads, pictures);
  const quality = sourceQuality(frame, tables);
  const density = jfifDensity(dataOf(payloads, "jfif")) ?? exif?.density;
  return {
    format: "jpeg",
    bytes: reader.size,
    ...frame.facts,
    codedPixels: frame.facts.width * frame.facts.height,
    orientation: exif?.orientation ?? 1,
    frames: 1,
    ...(!reader.distant && {
      scannedPixels: await walkReader(reader, walkScans(frame, scan)),
    }),
    hasAlpha: false,
    profile: profileOf(payloads),
    ...(quality !== undefined && { sourceQuality: quality }),
    ...(density && { density }),
    hasGainMap,
    metadata: metadataOf(payloads, exif, pictures.length > 1 && !hasGainMap),
  };
}

async function readPayloads(
  reader: ByteReader,
  segments: readonly Segment[],
): Promise<Payloads> {
  const payloads = new Map<Kind, Uint8Array[]>();
  for (const segment of segments) {
    const kind = kindOf(segment);
    if (!kind) continue;
    const found = payloads.get(kind) ?? [];
    const most = UNREAD.includes(kind) ? 0 : kind === "icc" ? MAX_PIECES : 1;
    const payload =
      found.length < most
        ? await reader.read(segment.offset, segment.length)
        : segment.head;
    found.push(payload);
    payloads.set(kind, found);
  }
  return payloads;
}

async function readAll(reader: ByteReader, segments: readonly Segment[]) {
  const payloads: Uint8Array[] = [];
  for (const { offset, length } of segments)
    payloads.push(await reader.read(offset, length));
  return payloads;
}

/** The first payload of a kind, without its signature. */
function dataOf(payloads: Payloads, kind: Kind): Uint8Array | undefined {
  return payloads.get(kind)?.[0]?.subarray(prefixBytes(kind));
}

function profileOf(payloads: Payloads): ColorProfile {
  const pieces = payloads.get("icc");
  if (!pieces) return { kind: "none" };
  if (pieces.length > MAX_PIECES) return { kind: "broken" };
  const profile = joinPieces(pieces);
  return profile ? readProfile(profile) : { kind: "broken" };
}

/** JFIF 1.02: version, unit (1 inch, 2 centimeter, 0 an aspect ratio alone), then X and Y density. */
function jfifDensity(data: Uint8Array | undefined): Density | undefined {
  if (!data || data.length < 7) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const perInch = { 1: 1, 2: 2.54 }[view.getUint8(2)];
  const x = view.getUint16(3);
  const y = view.getUint16(5);
  if (!perInch || x === 0 || y === 0) return undefined;
  return { x: x * perInch, y: y * perInch };
}

function picturesOf(
  segments: readonly Segment[],
  payloads: Payloads,
): readonly Picture[] {
  const block = dataOf(payloads, "mpf");
  const segment = segments.find((candidate) => kindOf(candidate) === "mpf");
  if (!block || !segment) return [];
  return readPictures(block, segment.offset + prefixBytes("mpf"));
}

/** A gain map is announced by the primary (ISO 21496-1, Ultra HDR) or only by the second picture's own XMP (Apple). */
async function findGainMap(
  reader: ByteReader,
  payloads: Payloads,
  pictures: readonly Picture[],
): Promise<boolean> {
  const xmp = dataOf(payloads, "xmp");
  if (payloads.has("iso") || (xmp && announcesGainMap(xmp))) return true;
  for (const { offset } of pictures.slice(1)) {
    if (await isGainMap(reader, offset)) return true;
  }
  return false;
}

async function isGainMap(reader: ByteReader, base: number): Promise<boolean> {
  try {
    const segments = await walkReader(reader, walkSegments(base));
    const payloads = await readPayloads(reader, segments);
    const xmp = dataOf(payloads, "xmp");
    return payloads.has("iso") || (xmp !== undefined && announcesGainMap(xmp));
  } catch (error) {
    // An index that points at no JPEG is a broken index, not a broken image.
    if (error instanceof ServiceError) return false;
    throw error;
  }
}

function metadataOf(
  payloads: Payloads,
  exif: ExifFacts | undefined,
  hasFurtherPictures: boolean,
): MetadataKind[] {
  const jfif = payloads.get("jfif")?.[0];
  const thumbnail =
    exif?.hasThumbnail === true ||
    payloads.has("jfxx") ||
    (jfif?.[12] ?? 0) * (jfif?.[13] ?? 0) > 0;
  const present: Record<MetadataKind, boolean> = {
    exif: exif !== undefined,
    gps: exif?.hasGps === true,
    xmp: payloads.has("xmp") || payloads.has("extendedXmp"),
    iptc: payloads.has("iptc"),
    comment: payloads.has("comment"),
    thumbnail,
    trailing: hasFurtherPictures,
  };
  return (Object.keys(present) as MetadataKind[]).filter(
    (kind) => present[kind],
  );
}
