// Finds the 256 colors that serve a picture best, from some of its pixels; draws nothing with them.

import { sharp } from "../../engines/sharp.ts";
import { ENTRY, type Palette, type Picture } from "./picture.ts";

/**
 * Pixels that the palette is made from, in 0.1 CPU-s. Twice, four and eight times
 * as many score the same within a point, either way (seven photos of 0.4 MP, three of
 * 9 to 12, five drawings), in 0.2 to 0.6 CPU-s; half as many a point or two less in
 * drawings. Bands of whole rows, as many pixels, score 10 less.
 */
const SAMPLE_PIXELS = 125_000;

/** libvips' 1 to 10: 8 scores 0.6 more for twice the time. */
const EFFORT = 5;

/**
 * Up to 256 colors by libimagequant, of about so many pixels, as libvips has it: translucent ones first, dark
 * before light, so that neighbors have indices that are alike.
 */
export async function choosePalette(
  picture: Picture,
  pixels = SAMPLE_PIXELS,
): Promise<Palette> {
  const { width, height, channels, data } = spread(picture, pixels);
  const raw = { width, height, channels };
  const png = await sharp(data, { raw, limitInputPixels: false })
    .png({ palette: true, effort: EFFORT, dither: 0, compressionLevel: 0 })
    .toBuffer();
  const drawn = await sharp(png, { limitInputPixels: false })
    .toColourspace("srgb")
    .ensureAlpha()
    .raw()
    .toBuffer();
  const colors = new Set<number>();
  for (let at = 0; at < drawn.length; at += ENTRY)
    colors.add(drawn.readUInt32BE(at));
  const palette = Buffer.alloc(colors.size * ENTRY);
  [...colors]
    .toSorted((a, b) => (a & 255) - (b & 255) || luma(a) - luma(b))
    .forEach((color, index) => palette.writeUInt32BE(color, index * ENTRY));
  return palette;
}

function luma(color: number): number {
  return (
    2 * (color >>> 24) + 5 * ((color >>> 16) & 255) + ((color >>> 8) & 255)
  );
}

/** About `pixels` that lie evenly in the picture, in their order. */
export function spread(picture: Picture, pixels: number): Picture {
  const { width, height, channels, data } = picture;
  const step = Math.sqrt((width * height) / pixels);
  if (step <= 1) return picture;
  const size = {
    width: Math.max(1, Math.floor(width / step)),
    height: Math.max(1, Math.floor(height / step)),
  };
  const sample = new Uint8Array(size.width * size.height * channels);
  let to = 0;
  for (let y = 0; y < size.height; y++) {
    const row = Math.floor(((y + 0.5) * height) / size.height) * width;
    for (let x = 0; x < size.width; x++, to += channels) {
      const column = Math.floor(((x + 0.5) * width) / size.width);
      const from = (row + column) * channels;
      for (let channel = 0; channel < channels; channel++)
        sample[to + channel] = data[from + channel]!;
    }
  }
  return { ...size, channels, data: sample };
}
