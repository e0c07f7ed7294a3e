// Writes a BMP anew around pixels that are not coded differently: shorter headers, no gaps, fewer bytes where bytes say nothing.

import { decode, paletteOf } from "./decode.ts";
import type { Decoded } from "./decode.ts";
import type { Kept } from "./keep.ts";
import { rowBytes } from "./layout.ts";
import type { Layout, Masks } from "./layout.ts";
import { isOpaque } from "./raster.ts";
import type { Raster } from "./raster.ts";
import { COMPRESSION, writeBmp } from "./write.ts";

/** The same coded pixels, byte for byte, in a file without anything else; rows that are cut off become black. */
export function repack(
  file: Uint8Array,
  layout: Layout,
  kept: Kept,
  masks: Masks | undefined = layout.masks,
): Uint8Array {
  const { width, height, topDown, bitCount } = layout;
  const { coding, declaresMasks, palette } = layout;
  return writeBmp({
    ...kept,
    width,
    height,
    topDown,
    bitCount,
    compression: declaresMasks ? COMPRESSION.masks : COMPRESSION[coding],
    ...(masks && { masks }),
    ...(palette && {
      palette: paletteOf(file, layout).subarray(0, palette.count * 3),
    }),
    pixels: codedPixels(file, layout),
  });
}

function codedPixels(file: Uint8Array, layout: Layout): Uint8Array {
  const { coding, dataOffset } = layout;
  // Only reading run-length codes tells where they end.
  const length =
    coding === "rows" ? layout.dataBytes : decode(file, layout).dataBytes;
  const there = file.subarray(dataOffset, dataOffset + length);
  if (there.length === length) return there;
  const whole = new Uint8Array(length);
  whole.set(there);
  return whole;
}

/**
 * Pixels without the bytes that say nothing: 24 bits instead of 32 where there
 * is no alpha or it is opaque, no alpha mask where alpha is opaque. Samples
 * deeper than 8 bits stay as they are. 24 bits never become 16: viewers widen 5
 * bits in two ways, which differ by one level.
 */
export function minimal(
  file: Uint8Array,
  layout: Layout,
  { raster }: Decoded,
  kept: Kept,
  depth: number,
): Uint8Array {
  const { bitCount, masks } = layout;
  const opaque = isOpaque(raster);
  if (bitCount === 32 && opaque && depth <= 8) {
    return writeBmp({
      ...kept,
      width: raster.width,
      height: raster.height,
      topDown: false,
      bitCount: 24,
      compression: COMPRESSION.rows,
      pixels: plainRows(raster),
    });
  }
  return repack(
    file,
    layout,
    kept,
    masks && opaque ? { ...masks, alpha: 0 } : masks,
  );
}

function plainRows({ width, height, channels, data }: Raster): Uint8Array {
  const stride = rowBytes(width, 24);
  const rows = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    let to = (height - 1 - y) * stride;
    let from = y * width * channels;
    for (let x = 0; x < width; x++, from += channels, to += 3) {
      rows[to] = data[from + 2]!;
      rows[to + 1] = data[from + 1]!;
      rows[to + 2] = data[from]!;
    }
  }
  return rows;
}
