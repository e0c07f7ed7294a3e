// Decides what a HEIF file is, AVIF and HEIC alike: which of the two its brands make it, and its facts.

import { ServiceError } from "../../errors.ts";
import type { Density, Facts, MetadataKind } from "../../image/facts.ts";
import type { FormatId } from "../../image/format.ts";
import { latin1, startsWith } from "./cursor.ts";
import { readExif } from "./exif.ts";
import { findBlockItem, walkExif } from "./heif-blocks.ts";
import { isSequence, walkHeif, type HeifFile } from "./heif-file.ts";
import type { Meta } from "./heif-meta.ts";
import { ALPHA_URNS, partsOf } from "./heif-parts.ts";
import { readItemPicture, readPicture, type Picture } from "./heif-picture.ts";
import { walkTracks, type Track } from "./heif-track.ts";
import { openFull, readBrands } from "./isobmff.ts";
import type { ByteReader } from "./reader.ts";
import { walkReader, type Walk } from "./walk.ts";

type HeifFormat = Extract<FormatId, "avif" | "heic">;

/** Brands of AV1 images and sequences (AVIF 1.1, 6). */
const AVIF_BRANDS = ["avif", "avis"];
/** Brands of HEVC images and sequences (23008-12, annex B.4). */
// prettier-ignore
const HEIC_BRANDS = ["heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs"];
/** Brands that say HEIF and leave the coding open. */
const OPEN_BRANDS = ["mif1", "mif2", "msf1", "heif"];

const GAIN_MAP_URN = "urn:com:apple:photo:2020:aux:hdrgainmap";

/**
 * AVIF or HEIC, by the first 4 KiB of a file. The major brand decides when it
 * names a coding, then the compatible ones; when all leave it open, the first
 * item that is coded, and "heic" when none is in sight. Undefined for other
 * files, ISO media among them.
 */
export function sniffHeif(head: Uint8Array): HeifFormat | undefined {
  if (head.length < 12 || !startsWith(head, "ftyp", 4)) return undefined;
  const size = Buffer.from(head).readUInt32BE();
  const brands = readBrands(head.subarray(8, Math.max(size, 12)));
  const named = brands.map(formatOfBrand).find((format) => format);
  if (named) return named;
  if (!brands.some((brand) => OPEN_BRANDS.includes(brand))) return undefined;
  const text = latin1(head);
  const [av1, hevc] = [text.indexOf("av01"), text.indexOf("hvc1")];
  return av1 >= 0 && (hevc < 0 || av1 < hevc) ? "avif" : "heic";
}

function formatOfBrand(brand: string): HeifFormat | undefined {
  if (AVIF_BRANDS.includes(brand)) return "avif";
  return HEIC_BRANDS.includes(brand) ? "heic" : undefined;
}

/**
 * Facts of a HEIF file that was sniffed as `format`. `irot` and `imir` give
 * the orientation, EXIF's is ignored (23008-12, 6.5.10). Throws `invalid_image` when the
 * index is broken, or the picture has no size or is made of itself. `lossy` is always true: nothing
 * outside the coded data tells.
 */
export function headerOfHeif(
  reader: ByteReader,
  format: HeifFormat,
): Promise<Facts> {
  return walkReader(reader, walkFacts(reader.size, format));
}

function* walkFacts(size: number, format: HeifFormat): Walk<Facts> {
  const file = yield* walkHeif(size);
  const { meta } = file;
  const tracks = file.moov ? yield* walkTracks(file.moov) : [];
  const video = tracks.find(({ handler }) =>
    ["pict", "vide"].includes(handler),
  );
  const plays = isSequence(file.brands) || !meta;
  const exifBlock = meta && (yield* walkExif(meta));
  const exif = exifBlock && readExif(exifBlock);
  const found: Record<MetadataKind, boolean> = {
    exif: exif !== undefined,
    gps: exif?.hasGps === true,
    xmp: meta !== undefined && findBlockItem(meta, "mime") !== undefined,
    iptc: false,
    comment: false,
    thumbnail: exif?.hasThumbnail === true || hasThumbnail(meta),
    trailing: false,
  };
  const auxiliary = meta ? auxiliaryTypes(meta) : [];
  const picture = pictureOf(file, video);
  const parts = meta && partsOf(meta);
  return {
    format,
    bytes: size,
    ...picture,
    ...(parts && {
      codedPixels: Math.max(picture.codedPixels, parts.largest),
      scannedPixels: parts.pixels,
    }),
    frames: plays ? Math.max(video?.samples ?? 1, 1) : 1,
    hasAlpha:
      auxiliary.some((urn) => ALPHA_URNS.includes(urn)) ||
      (plays && tracks.some(({ handler }) => handler === "auxv")),
    lossy: true,
    ...(exif?.density && isKnown(exif.density) && { density: exif.density }),
    hasGainMap: auxiliary.includes(GAIN_MAP_URN) || hasToneMap(meta),
    metadata: (Object.keys(found) as MetadataKind[]).filter(
      (kind) => found[kind],
    ),
  };
}

/** 72 per inch is what EXIF writers put where none is known (Exif 2.32, 4.6.4, XResolution): it says nothing. */
function isKnown({ x, y }: Density): boolean {
  return x !== 72 || y !== 72;
}

/** The primary item's picture, else the movie's. */
function pictureOf({ meta }: HeifFile, video: Track | undefined): Picture {
  if (meta) return readItemPicture(meta, meta.primary);
  if (!video || video.width === 0)
    throw new ServiceError("invalid_image", "The file holds no picture.");
  const content = Buffer.alloc(12);
  content.writeUInt32BE(video.width, 4);
  content.writeUInt32BE(video.height, 8);
  const ispe = { type: "ispe", start: 0, offset: 0, length: 12, content };
  return readPicture([ispe, ...video.boxes]);
}

/** What the primary's auxiliary pictures call themselves. */
function auxiliaryTypes(meta: Meta): string[] {
  const auxiliaries = meta.references
    .filter(({ type, to }) => type === "auxl" && to.includes(meta.primary))
    .map(({ from }) => from);
  return [...new Set(auxiliaries)]
    .flatMap((item) => meta.properties(item))
    .filter(({ type }) => type === "auxC")
    .map(({ content }) => openFull(content).cursor.text());
}

/** A thumbnail refers to what it is one of. */
function hasThumbnail(meta: Meta | undefined): boolean {
  return (
    meta?.references.some(
      ({ type, to }) => type === "thmb" && to.includes(meta.primary),
    ) === true
  );
}

/** ISO 21496-1 in HEIF: a derived item that applies a gain map. */
function hasToneMap(meta: Meta | undefined): boolean {
  return [...(meta?.items.values() ?? [])].some(({ type }) => type === "tmap");
}
