// Decides what a BMP is from its headers; decodes no pixels.

import type {
  ColorProfile,
  Density,
  Facts,
  MetadataKind,
} from "../../image/facts.ts";
import { readProfile } from "../containers/icc.ts";
import type { ByteReader } from "../containers/reader.ts";
import { bitsIn } from "./channel.ts";
import { MAX_HEADER_BYTES } from "./info-header.ts";
import { readLayout } from "./layout.ts";
import type { Layout, Masks } from "./layout.ts";

/** Profiles beyond this are not read; display profiles take 0.5 to 20 KB, printers' up to 3 MB. */
const MAX_PROFILE_BYTES = 4 * 1024 * 1024;
/** Writers pad files to words; more than this after the pixels is something else. */
const PADDING_BYTES = 3;

/** Facts of a BMP. Throws `invalid_image` and `unsupported_format` as `readLayout` does. */
export async function header(reader: ByteReader): Promise<Facts> {
  const head = await reader.read(0, MAX_HEADER_BYTES + 16);
  const layout = readLayout(head, reader.size);
  const { width, height, bitCount, masks, palette } = layout;
  const density = densityOf(layout);
  return {
    format: "bmp",
    bytes: reader.size,
    width,
    height,
    codedPixels: width * height,
    orientation: 1,
    frames: 1,
    bitDepth: palette ? bitCount : depthOf(masks),
    color: palette ? "palette" : "rgb",
    hasAlpha: (masks?.alpha ?? 0) !== 0,
    profile: await profileOf(layout, reader),
    lossy: false,
    ...(density && { density }),
    hasGainMap: false,
    metadata: kindsOf(layout, reader.size),
  };
}

/** Bits of the widest channel, at most 16. */
function depthOf(masks: Masks | undefined): number {
  if (masks === undefined) return 8;
  const bits = [masks.red, masks.green, masks.blue, masks.alpha].map(bitsIn);
  return Math.min(16, Math.max(...bits));
}

function densityOf({ perMeter: { x, y } }: Layout): Density | undefined {
  return x > 0 && y > 0 ? { x: x * 0.0254, y: y * 0.0254 } : undefined;
}

async function profileOf(
  { profile }: Layout,
  reader: ByteReader,
): Promise<ColorProfile> {
  if (profile === undefined) return { kind: "none" };
  if (profile === "cut" || profile.length > MAX_PROFILE_BYTES) {
    return { kind: "broken" };
  }
  return readProfile(await reader.read(profile.offset, profile.length));
}

function kindsOf(layout: Layout, fileBytes: number): MetadataKind[] {
  return fileBytes - endOf(layout) > PADDING_BYTES ? ["trailing"] : [];
}

/** Where the last thing that the headers speak of ends. */
export function endOf({ dataOffset, dataBytes, profile }: Layout): number {
  const end = dataOffset + dataBytes;
  if (profile === undefined || profile === "cut") return end;
  return Math.max(end, profile.offset + profile.length);
}
