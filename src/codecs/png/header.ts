// Decides what a PNG is from its chunks; inflates no pixels. gAMA and cHRM are not read: browsers ignore them beside sRGB, and few files differ.

import { ServiceError } from "../../errors.ts";
import type {
  Cicp,
  ColorProfile,
  Density,
  Facts,
  MetadataKind,
} from "../../image/facts.ts";
import { Cursor, startsWith } from "../containers/cursor.ts";
import {
  readExif,
  withoutExifPrefix,
  type ExifFacts,
} from "../containers/exif.ts";
import { readProfile } from "../containers/icc.ts";
import type { ByteReader } from "../containers/reader.ts";
import {
  animationControl,
  CHUNK_OVERHEAD,
  chunksOf,
  type Chunk,
} from "./chunks.ts";
import {
  invalid,
  PALETTE,
  readImageHeader,
  type ImageHeader,
} from "./image-header.ts";
import { readIccp, XMP_KEYWORD } from "./text.ts";

/** The most bytes of one chunk that are read for facts; larger ones only count as present. */
const MAX_CHUNK_BYTES = 4 * 1024 * 1024;

/**
 * Facts of a PNG, animated or not: `frames` is what acTL declares. Throws
 * `invalid_image` when IHDR is missing or impossible, a palette is missing, or
 * there is no IDAT; `unsupported_format` for Apple's CgBI variant. Metadata behind more than 16 MB of image data go unseen.
 */
export async function header(reader: ByteReader): Promise<Facts> {
  const chunks = await chunksOf(reader);
  const data = async (chunk: Chunk | undefined) =>
    chunk && chunk.length <= MAX_CHUNK_BYTES
      ? await reader.read(chunk.offset, chunk.length)
      : undefined;
  const find = (type: string) => chunks.find((chunk) => chunk.type === type);
  const frame = readIhdr(chunks[0], await data(chunks[0]));
  if (!find("IDAT")) throw invalid("The PNG holds no image data.");
  if (frame.colorType === PALETTE && !find("PLTE"))
    throw invalid("The PNG's palette is missing.");
  const exifBlock = await data(find("eXIf"));
  const exif = exifBlock && readExif(withoutExifPrefix(exifBlock));
  const cicp = readCicp(await data(find("cICP")));
  const density = readPhys(await data(find("pHYs"))) ?? exif?.density;
  const { colorType, interlaced, ...shape } = frame;
  return {
    format: "png",
    bytes: reader.size,
    ...shape,
    progressive: interlaced,
    codedPixels: frame.width * frame.height,
    orientation: exif?.orientation ?? 1,
    frames: readFrames(await data(animationControl(chunks))),
    color: colorType === PALETTE ? "palette" : colorType & 2 ? "rgb" : "gray",
    hasAlpha: (colorType & 4) !== 0 || find("tRNS") !== undefined,
    profile: await readColor(find, data),
    ...(cicp && { cicp }),
    lossy: false,
    ...(density && { density }),
    hasGainMap: false,
    metadata: await readKinds(reader, chunks, exif),
  };
}

function readIhdr(
  chunk: Chunk | undefined,
  data: Uint8Array | undefined,
): ImageHeader {
  if (chunk?.type === "CgBI")
    throw new ServiceError(
      "unsupported_format",
      "The PNG is in the form that Xcode packs for iPhones, which is not a standard PNG.",
      { detected: "png" },
    );
  if (chunk?.type !== "IHDR" || chunk.length !== 13 || !data)
    throw invalid("The PNG does not begin with its header.");
  return readImageHeader(data);
}

/** acTL: frames, then plays (PNG third edition, 11.3.6.1). */
function readFrames(data: Uint8Array | undefined): number {
  return data ? Math.max(new Cursor(data).u32(), 1) : 1;
}

function readCicp(data: Uint8Array | undefined): Cicp | undefined {
  if (data?.length !== 4) return undefined;
  const [primaries = 2, transfer = 2, matrix = 0, range] = data;
  return { primaries, transfer, matrix, fullRange: range === 1 };
}

/** pHYs: X and Y, then the unit; 1 is the meter, 0 an aspect ratio alone (11.3.4.3). */
function readPhys(data: Uint8Array | undefined): Density | undefined {
  if (data?.length !== 9 || data[8] !== 1) return undefined;
  const cursor = new Cursor(data);
  const [x, y] = [cursor.u32() * 0.0254, cursor.u32() * 0.0254];
  return x > 0 && y > 0 ? { x, y } : undefined;
}

/** iCCP is believed before sRGB, as decoders do. */
async function readColor(
  find: (type: string) => Chunk | undefined,
  data: (chunk: Chunk | undefined) => Promise<Uint8Array | undefined>,
): Promise<ColorProfile> {
  const chunk = find("iCCP");
  if (!chunk) return { kind: find("sRGB") ? "srgb" : "none" };
  const compressed = await data(chunk);
  const profile = compressed && readIccp(compressed);
  return profile ? readProfile(profile) : { kind: "broken" };
}

/** ImageMagick's hexadecimal EXIF and IPTC in text chunks are named, not read. */
async function readKinds(
  reader: ByteReader,
  chunks: readonly Chunk[],
  exif: ExifFacts | undefined,
): Promise<MetadataKind[]> {
  const kinds = new Set<MetadataKind>();
  if (chunks.some(({ type }) => type === "eXIf")) kinds.add("exif");
  if (exif?.hasGps) kinds.add("gps");
  for (const chunk of chunks) {
    if (!["tEXt", "zTXt", "iTXt"].includes(chunk.type)) continue;
    const head = await reader.read(chunk.offset, Math.min(chunk.length, 32));
    if (startsWith(head, `${XMP_KEYWORD}\0`)) kinds.add("xmp");
    else if (startsWith(head, "Raw profile type exif\0")) kinds.add("exif");
    else if (startsWith(head, "Raw profile type iptc\0")) kinds.add("iptc");
    else kinds.add("comment");
  }
  if (exif?.hasThumbnail) kinds.add("thumbnail");
  const last = chunks.at(-1);
  if (
    last?.type === "IEND" &&
    last.start + last.length + CHUNK_OVERHEAD < reader.size
  )
    kinds.add("trailing");
  return [...kinds];
}
