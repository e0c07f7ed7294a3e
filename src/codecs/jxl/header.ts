// Decides what a JPEG XL file is, from its boxes and as far into its codestream as plain bits go.

import { ServiceError } from "../../errors.ts";
import type {
  Cicp,
  ColorProfile,
  Facts,
  MetadataKind,
} from "../../image/facts.ts";
import { readExif } from "../containers/exif.ts";
import type { ByteReader } from "../containers/reader.ts";
import { walkReader, type Walk } from "../containers/walk.ts";
import { walkBlock, walkKind } from "./blocks.ts";
import { EXTRA, type ColorCode } from "./image-header.ts";
import { qualityOf } from "./quality.ts";
import { walkStructure, type Structure } from "./structure.ts";

/**
 * Facts of a JPEG XL. The codestream gives the orientation; EXIF's is ignored
 * (18181-2, 8.1). An embedded profile is entropy-coded and not read: it counts
 * as "other", and hides the frames behind it. Throws `invalid_image` when the
 * file is cut off or broken where it can be read, `unsupported_format` for CMYK,
 * for more channels than MAX_EXTRAS and for animations whose frames cannot be counted.
 */
export function header(reader: ByteReader): Promise<Facts> {
  return walkReader(reader, walkFacts(reader.size));
}

function* walkFacts(size: number): Walk<Facts> {
  const structure = yield* walkStructure(size);
  const { file, image, quantizer } = structure;
  requireKnown(structure);
  const exifBlock = yield* walkBlock(file, "Exif");
  const exif = exifBlock && readExif(exifBlock);
  const hasXmp = yield* walkKind(file, "xml ");
  const found: Record<MetadataKind, boolean> = {
    exif: exif !== undefined,
    gps: exif?.hasGps === true,
    xmp: hasXmp,
    iptc: false,
    comment: false,
    thumbnail: exif?.hasThumbnail === true,
    trailing:
      structure.codeEnd !== undefined && structure.codeEnd < file.codeBytes,
  };
  const cicp = cicpOf(image.color);
  return {
    format: "jxl",
    bytes: size,
    ...image.size,
    codedPixels: Math.max(
      image.size.width * image.size.height,
      structure.largest,
    ),
    scannedPixels: structure.scanned,
    pixelBytes: pixelBytes(image),
    orientation: image.orientation,
    frames: framesOf(structure),
    bitDepth: Math.min(image.depth.bits, 16),
    color: image.color.isGray ? "gray" : "rgb",
    hasAlpha: image.extras.some(({ type }) => type === EXTRA.alpha),
    profile: profileOf(image.color, cicp),
    ...(cicp && { cicp }),
    lossy: isLossy(structure),
    ...(quantizer !== undefined && { sourceQuality: qualityOf(quantizer) }),
    ...(exif?.density && { density: exif.density }),
    hasGainMap: file.boxes.some(({ type }) => type === "jhgm"),
    metadata: (Object.keys(found) as MetadataKind[]).filter(
      (kind) => found[kind],
    ),
  };
}

function pixelBytes({ color, depth, extras }: Structure["image"]): number {
  const bytes = depth.isFloat ? 4 : Math.ceil(depth.bits / 8);
  return ((color.isGray ? 1 : 3) + extras.length) * bytes;
}

/** Channels beside the colors: layers for print have a dozen. Each is decoded at full size, and a header may announce 4,096. */
const MAX_EXTRAS = 16;

function requireKnown({ image, frames }: Structure): void {
  if (image.extras.length > MAX_EXTRAS) {
    throw unsupported(
      `JPEG XL files with more than ${MAX_EXTRAS} channels beside the colors are not supported.`,
    );
  }
  if (image.extras.some(({ type }) => type === EXTRA.black))
    throw unsupported("JPEG XL files in CMYK are not supported.");
  if (image.animation && !frames) {
    throw unsupported(
      "Animated JPEG XL files with an embedded profile, or with frames out of order, are not supported.",
    );
  }
}

function unsupported(message: string): ServiceError {
  return new ServiceError("unsupported_format", message, { detected: "jxl" });
}

function framesOf({ image, frames }: Structure): number {
  if (!image.animation || !frames) return 1;
  return Math.max(1, frames.filter(({ isShown }) => isShown).length);
}

/** XYB and blocks with a transform lose. Behind a profile, only a JPEG's reconstruction data tell of such blocks. */
function isLossy({ image, first, file }: Structure): boolean {
  const isTranscoded = file.boxes.some(({ type }) => type === "jbrd");
  return image.isXyb || isTranscoded || first?.isModular === false;
}

/** The codestream's numbers for primaries and white, and H.273's number for both. */
const PRIMARIES = [
  { primaries: 1, white: 1, code: 1 },
  { primaries: 9, white: 1, code: 9 },
  { primaries: 11, white: 1, code: 12 },
  { primaries: 11, white: 11, code: 11 },
];
const TRANSFERS = [1, 8, 13, 16, 18];

/** Code points for a color space that has them. Samples are RGB in full range by the time anyone sees them. */
function cicpOf(color: ColorCode): Cicp | undefined {
  const { transfer, hasProfile } = color;
  const known = PRIMARIES.find(
    ({ primaries, white }) =>
      color.primaries === primaries && color.white === white,
  );
  if (hasProfile || !known || transfer === undefined) return undefined;
  if (!TRANSFERS.includes(transfer)) return undefined;
  return { primaries: known.code, transfer, matrix: 0, fullRange: true };
}

/** A color space without code points is as good as a profile: the decoder makes one of it. */
function profileOf(
  { isGray }: ColorCode,
  cicp: Cicp | undefined,
): ColorProfile {
  if (cicp) return { kind: "none" };
  return { kind: "other", space: isGray ? "gray" : "rgb" };
}
