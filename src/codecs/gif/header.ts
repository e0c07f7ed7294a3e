// Decides what a GIF is from its blocks; decodes no pixels.

import { ServiceError } from "../../errors.ts";
import type { ColorProfile, Facts, MetadataKind } from "../../image/facts.ts";
import { readProfile } from "../containers/icc.ts";
import type { ByteReader } from "../containers/reader.ts";
import { walkReader } from "../containers/walk.ts";
import { joinSubBlocks, walkGif, type Structure } from "./blocks.ts";
import { canvasSize, framesOf, showsThrough } from "./frames.ts";
import { isProfile, isXmp, keepsPicture } from "./extensions.ts";

/** Profiles larger than this are not read: nothing on screen needs one. */
const MAX_PROFILE_BYTES = 4 * 1024 * 1024;

/**
 * Facts of a GIF. Frames are the images that end; counting stops at 20,000
 * blocks. `hasAlpha` tells whether a viewer may see through a frame as shown,
 * not whether an index is set aside. Pixel aspect ratios are ignored, as
 * browsers do. Throws `invalid_image` when there is no whole image.
 */
export async function header(reader: ByteReader): Promise<Facts> {
  const structure = await walkReader(reader, walkGif());
  const frames = framesOf(structure);
  const [first] = frames;
  const { width, height } = canvasSize(structure.screen, frames);
  if (!first)
    throw new ServiceError("invalid_image", "The GIF holds no whole image.");
  if (width === 0 || height === 0)
    throw new ServiceError("invalid_image", "The GIF's size is zero.");
  return {
    format: "gif",
    bytes: reader.size,
    width,
    height,
    codedPixels: width * height,
    orientation: 1,
    frames: frames.length,
    bitDepth: 8,
    color: "palette",
    hasAlpha: showsThrough(frames, { width, height }),
    profile: await readColor(reader, structure),
    lossy: false,
    progressive: first.interlaced,
    hasGainMap: false,
    metadata: kindsOf(reader, structure),
  };
}

async function readColor(
  reader: ByteReader,
  { blocks }: Structure,
): Promise<ColorProfile> {
  const block = blocks.find(isProfile);
  if (!block) return { kind: "none" };
  const length = block.end - block.data;
  if (length > MAX_PROFILE_BYTES) return { kind: "broken" };
  const data = joinSubBlocks(await reader.read(block.data, length));
  return readProfile(data.subarray(11));
}

/** Applications' data of unknown meaning count as comments: they too are beside the picture. */
function kindsOf(
  reader: ByteReader,
  { blocks, end, isWhole }: Structure,
): MetadataKind[] {
  const unneeded = blocks.filter((block) => !keepsPicture(block));
  const kinds: MetadataKind[] = [];
  if (unneeded.some(isXmp)) kinds.push("xmp");
  if (unneeded.some((block) => !isXmp(block) && !isProfile(block)))
    kinds.push("comment");
  if (isWhole && end + 1 < reader.size) kinds.push("trailing");
  return kinds;
}
