// Pictures and palettes as the parts of this room hand them to each other.

/** Rows top to bottom of red, green, blue and, with 4 channels, alpha, 8 bits each, without gaps. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  readonly data: Uint8Array;
}

/** Up to 256 entries of red, green, blue and alpha. */
export type Palette = Uint8Array;

/** Bytes of an entry. */
export const ENTRY = 4;
