// Decides what a WebP is from its chunks and its first bitstream's header; decodes no pixels.

import { ServiceError } from "../../errors.ts";
import type { Facts, MetadataKind } from "../../image/facts.ts";
import { latin1, startsWith } from "../containers/cursor.ts";
import { readExif, withoutExifPrefix } from "../containers/exif.ts";
import { readProfile } from "../containers/icc.ts";
import type { ByteReader } from "../containers/reader.ts";
import { walkRiff, type RiffChunk } from "../containers/riff.ts";
import { walkReader } from "../containers/walk.ts";
import { readVp8, readVp8l, type Bitstream } from "./bitstream.ts";
import { endOf } from "./chunks.ts";
import { qualityOf } from "./quality.ts";

const FORM = "WEBP";
/** ANMF's own fields before the frame's chunks (RFC 9649, 2.7.1.1). */
const ANMF_BYTES = 16;
/** A chunk's name and length, and enough of a VP8 header to reach the quantizer. */
const LOOK_BYTES = 8 + 10 + 46;
/** Profiles and EXIF larger than this are not read: phones write up to 1 MB. */
const MAX_BLOCK_BYTES = 4 * 1024 * 1024;

/**
 * Facts of a WebP. Chunks that are there are believed before VP8X's flags.
 * Throws `invalid_image` when there is no image or its header is broken.
 */
export async function header(reader: ByteReader): Promise<Facts> {
  const chunks = await walkReader(reader, walkRiff(FORM));
  const find = (name: string) => chunks.find((chunk) => chunk.name === name);
  const frames = chunks.filter(({ name }) => name === "ANMF");
  const bitstream = await readBitstream(reader, chunks);
  const canvas = readCanvas(find("VP8X"));
  const size = canvas ?? bitstream;
  const parts = chunks.map(({ name, head }) =>
    name === "ANMF" ? latin1(head.subarray(ANMF_BYTES, ANMF_BYTES + 4)) : name,
  );
  // Alpha stands apart only beside a lossy picture.
  const lossy = parts.includes("VP8 ") || parts.includes("ALPH");
  const hasAlpha =
    bitstream.hasAlpha ||
    parts.includes("ALPH") ||
    (frames.length > 0 && canvas?.hasAlpha === true);
  const exifBlock = await readBlock(reader, find("EXIF"));
  const exif = exifBlock && readExif(withoutExifPrefix(exifBlock));
  const kinds: Record<string, MetadataKind> = { EXIF: "exif", "XMP ": "xmp" };
  const profile = find("ICCP");
  const profileBytes = await readBlock(reader, profile);
  const { quantizer } = bitstream;
  return {
    format: "webp",
    bytes: reader.size,
    width: size.width,
    height: size.height,
    codedPixels: Math.max(
      size.width * size.height,
      bitstream.width * bitstream.height,
    ),
    orientation: exif?.orientation ?? 1,
    frames: Math.max(frames.length, 1),
    bitDepth: 8,
    color: "rgb",
    hasAlpha,
    profile: profileBytes
      ? readProfile(profileBytes)
      : { kind: profile ? "broken" : "none" },
    lossy,
    ...(lossy && { chroma: "420" as const }),
    ...(quantizer !== undefined && { sourceQuality: qualityOf(quantizer) }),
    ...(exif?.density && { density: exif.density }),
    hasGainMap: false,
    metadata: [
      ...Object.keys(kinds)
        .filter((name) => find(name))
        .flatMap((name) => kinds[name] ?? []),
      ...(exif?.hasGps ? (["gps"] as const) : []),
      ...(exif?.hasThumbnail ? (["thumbnail"] as const) : []),
      ...((await endsEarly(reader)) ? (["trailing"] as const) : []),
    ],
  };
}

/** Whether bytes follow what the file's own length covers. */
async function endsEarly(reader: ByteReader): Promise<boolean> {
  return endOf(await reader.read(0, 8)) < reader.size;
}

/** VP8X: flags, three reserved bytes, then the canvas less one, 24 bits a side (RFC 9649, 2.7). */
function readCanvas(chunk: RiffChunk | undefined) {
  if (!chunk || chunk.head.length < 10) return undefined;
  const view = Buffer.from(chunk.head);
  return {
    width: view.readUIntLE(4, 3) + 1,
    height: view.readUIntLE(7, 3) + 1,
    hasAlpha: (view.readUInt8(0) & 0x10) !== 0,
  };
}

/** The still's bitstream, or the first frame's. */
async function readBitstream(
  reader: ByteReader,
  chunks: readonly RiffChunk[],
): Promise<Bitstream> {
  const image = chunks.find(({ name }) =>
    ["VP8 ", "VP8L", "ANMF"].includes(name),
  );
  if (!image)
    throw new ServiceError("invalid_image", "The WebP holds no image.");
  let at = image.start + (image.name === "ANMF" ? 8 + ANMF_BYTES : 0);
  let look = await reader.read(at, LOOK_BYTES);
  if (startsWith(look, "ALPH") && look.length >= 8) {
    const length = Buffer.from(look).readUInt32LE(4);
    at += 8 + length + (length & 1);
    look = await reader.read(at, LOOK_BYTES);
  }
  const data = look.subarray(8);
  const found = startsWith(look, "VP8L")
    ? readVp8l(data)
    : startsWith(look, "VP8 ")
      ? readVp8(data)
      : undefined;
  if (!found || found.width === 0 || found.height === 0)
    throw new ServiceError("invalid_image", "The WebP's image is broken.");
  return found;
}

async function readBlock(
  reader: ByteReader,
  chunk: RiffChunk | undefined,
): Promise<Uint8Array | undefined> {
  if (!chunk || chunk.length > MAX_BLOCK_BYTES) return undefined;
  return await reader.read(chunk.offset, chunk.length);
}
