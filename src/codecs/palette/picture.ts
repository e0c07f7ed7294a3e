// Pictures and palettes as the parts of this room hand them to each other.

/** Rows top to bottom of red, green, blue and, with 4 channels, alpha, 8 bits each, without gaps. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  readonly data: Uint8Array;
}

/** Whether no pixel or entry of RGBA bytes lets anything through. */
export function isOpaque(rgba: Uint8Array): boolean {
  for (let at = 3; at < rgba.length; at += ENTRY)
    if (rgba[at] !== 255) return false;
  return true;
}

/** The picture without its alpha where all of it is opaque: it is drawn and scored in two thirds of the time. */
export function withoutOpaqueAlpha(picture: Picture): Picture {
  const { width, height, channels, data } = picture;
  if (channels === 3 || !isOpaque(data)) return picture;
  const plain = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; to < plain.length; from += 4, to += 3) {
    plain[to] = data[from]!;
    plain[to + 1] = data[from + 1]!;
    plain[to + 2] = data[from + 2]!;
  }
  return { width, height, channels: 3, data: plain };
}

/** Up to 256 entries of red, green, blue and alpha. */
export type Palette = Uint8Array;

/** Bytes of an entry. */
export const ENTRY = 4;
