// The pixels of a BMP as every part of this room hands them to another.

/** Rows top to bottom of red, green, blue and, with 4 channels, alpha, 8 bits each, without gaps. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  readonly data: Uint8Array;
}

/** Whether alpha says nothing: all opaque, or there is none. */
export function isOpaque({ channels, data }: Raster): boolean {
  return channels === 3 || everyAlpha(data, 255);
}

/** Makes a picture opaque whose alpha is 0 throughout: Chrome takes that for a mask that was declared and never filled. */
export function withoutVoidAlpha(raster: Raster): void {
  const { channels, data } = raster;
  if (channels === 3 || !everyAlpha(data, 0)) return;
  for (let at = 3; at < data.length; at += 4) data[at] = 255;
}

/** Whether most pixels are of their left neighbor's color, as in drawings and screenshots. */
export function isFlat({ channels, data }: Raster): boolean {
  let repeats = 0;
  for (let at = channels; at < data.length; at += channels) {
    const before = at - channels;
    if (
      data[at] === data[before] &&
      data[at + 1] === data[before + 1] &&
      data[at + 2] === data[before + 2]
    ) {
      repeats++;
    }
  }
  return repeats * 2 * channels > data.length;
}

function everyAlpha(data: Uint8Array, value: number): boolean {
  for (let at = 3; at < data.length; at += 4) {
    if (data[at] !== value) return false;
  }
  return true;
}
