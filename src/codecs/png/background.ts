// Says a PNG's background color in another color type; decides nothing about whether it stays.

import { PALETTE, type ImageHeader } from "./image-header.ts";

/** A way to store samples: the header, and the palette where it has one. */
export interface Samples {
  readonly header: ImageHeader;
  readonly palette?: Uint8Array;
}

/** bKGD's data (PNG third edition, 11.3.4.1) for `to` instead of `from`; the nearest entry where `to` is a palette. */
export function translateBackground(
  data: Uint8Array,
  from: Samples,
  to: Samples,
): Uint8Array {
  const color = colorOf(Buffer.from(data), from);
  const { header, palette } = to;
  if (header.colorType === PALETTE)
    return Uint8Array.of(nearest(color, palette ?? new Uint8Array(3)));
  const scale = 2 ** header.bitDepth - 1;
  const samples = header.colorType & 2 ? color : color.slice(0, 1);
  const result = Buffer.alloc(samples.length * 2);
  for (const [index, sample] of samples.entries())
    result.writeUInt16BE(Math.round(sample * scale), index * 2);
  return result;
}

/** Red, green and blue from 0 to 1. */
function colorOf(data: Buffer, { header, palette }: Samples): number[] {
  if (header.colorType === PALETTE) {
    const at = (data[0] ?? 0) * 3;
    return [0, 1, 2].map((index) => (palette?.[at + index] ?? 0) / 255);
  }
  const scale = 2 ** header.bitDepth - 1;
  const at = header.colorType & 2 ? [0, 2, 4] : [0, 0, 0];
  return at.map((offset) =>
    offset + 2 <= data.length ? data.readUInt16BE(offset) / scale : 0,
  );
}

function nearest(color: readonly number[], palette: Uint8Array): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let entry = 0; entry * 3 < palette.length; entry++) {
    const distance = color.reduce((sum, value, index) => {
      const difference = value * 255 - (palette[entry * 3 + index] ?? 0);
      return sum + difference * difference;
    }, 0);
    if (distance < least) [best, least] = [entry, distance];
  }
  return best;
}
