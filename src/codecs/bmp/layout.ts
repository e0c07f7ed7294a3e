// Decides where everything in a BMP lies and how its samples are stored, from its headers alone; touches no pixel.

import { isRun } from "./channel.ts";
import {
  ALPHA_BITFIELDS,
  BITFIELDS,
  CALIBRATED_RGB,
  COLOR_SPACE,
  CORE_HEADER,
  FILE_HEADER_BYTES,
  INFO_HEADER,
  invalid,
  MAX_HEADER_BYTES,
  OS2_FULL,
  PROFILE_EMBEDDED,
  readInfo,
  V3_HEADER,
  V4_HEADER,
  V5_HEADER,
} from "./info-header.ts";
import type { InfoHeader } from "./info-header.ts";

/** How the pixels are coded. */
export type Coding = "rows" | "rle4" | "rle8";

/** Bits of each channel within a little-endian pixel of 16 or 32 bits; 0 for a channel that is not there. */
export interface Masks {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  readonly alpha: number;
}

export interface Palette {
  readonly offset: number;
  /** At most 2 to the bits of a pixel. */
  readonly count: number;
  /** 3 in OS/2 1.x files, else 4: blue, green, red, and a byte that means nothing. */
  readonly entryBytes: 3 | 4;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Whether the first row in the file is the topmost. */
  readonly topDown: boolean;
  /** Bits of a pixel: 1, 2, 4, 8, 16, 24 or 32. */
  readonly bitCount: number;
  readonly coding: Coding;
  /** Of pixels of 16 and 32 bits. */
  readonly masks?: Masks;
  /** Whether the masks are declared as such (BI_BITFIELDS), rather than implied. */
  readonly declaresMasks: boolean;
  /** Of pixels of 1 to 8 bits. */
  readonly palette?: Palette;
  readonly dataOffset: number;
  /** Bytes of the pixels: known for plain rows; what the header claims, or all that follows, for run-length codes. */
  readonly dataBytes: number;
  /** Pixels per meter; 0 when not told. */
  readonly perMeter: { readonly x: number; readonly y: number };
  /** Where an embedded ICC profile lies, when all of it is in the file; "cut" when it is not. */
  readonly profile?: Span | "cut";
  /** Where endpoints and gamma of a calibrated color space lie, when it is one: browsers obey it. */
  readonly calibration?: Span;
}

export interface Span {
  readonly offset: number;
  readonly length: number;
}

/** What pixels of 16 and 32 bits hold when nothing is declared (BI_RGB). */
const RGB_555: Masks = { red: 0x7c00, green: 0x3e0, blue: 0x1f, alpha: 0 };
const RGB_888: Masks = { red: 0xff0000, green: 0xff00, blue: 0xff, alpha: 0 };

/**
 * Reads the layout from the file's first bytes, `MAX_HEADER_BYTES` and the 16
 * of masks that may follow an info header, or all of a shorter file. Wrong file
 * sizes are ignored and an impossible pixel offset is replaced, as browsers do.
 * Throws `invalid_image`, and `unsupported_format` for codings that browsers
 * do not show.
 */
export function readLayout(head: Uint8Array, fileBytes: number): Layout {
  const view = Buffer.alloc(MAX_HEADER_BYTES + 16);
  view.set(head.subarray(0, view.length));
  const info = readInfo(view, head.length);
  const { coding, declaresMasks } = codingOf(info);
  const masksBytes =
    declaresMasks && info.bytes === INFO_HEADER
      ? info.compression === ALPHA_BITFIELDS
        ? 16
        : 12
      : 0;
  const tableOffset = FILE_HEADER_BYTES + info.bytes + masksBytes;
  const entryBytes = info.bytes === CORE_HEADER ? 3 : 4;
  const wanted = colorsOf(info);
  const declared = view.readUInt32LE(10);
  const dataOffset =
    declared < tableOffset || declared >= fileBytes
      ? tableOffset + wanted * entryBytes
      : declared;
  const room = Math.floor((dataOffset - tableOffset) / entryBytes);
  const height = Math.abs(info.height);
  const rowsBytes = rowBytes(info.width, info.bitCount) * height;
  const left = Math.max(0, fileBytes - dataOffset);
  const profile = profileOf(view, info, fileBytes);
  const calibration = calibrationOf(view, info);
  return {
    width: info.width,
    height,
    topDown: info.height < 0,
    bitCount: info.bitCount,
    coding,
    ...((info.bitCount === 16 || info.bitCount === 32) && {
      masks: masksOf(view, info, declaresMasks),
    }),
    declaresMasks,
    ...(info.bitCount <= 8 && {
      palette: {
        offset: tableOffset,
        count: Math.min(wanted, room),
        entryBytes,
      },
    }),
    dataOffset,
    dataBytes:
      coding === "rows"
        ? rowsBytes
        : info.imageBytes > 0
          ? Math.min(info.imageBytes, left)
          : left,
    perMeter: info.perMeter,
    ...(profile && { profile }),
    ...(calibration && { calibration }),
  };
}

/** Bytes of one row, padded to four. */
export function rowBytes(width: number, bitCount: number): number {
  return Math.ceil((width * bitCount) / 32) * 4;
}

/** Compression and bits of a pixel must go together (MS-WMF 2.1.1.7). */
function codingOf({ compression, bitCount }: InfoHeader): {
  coding: Coding;
  declaresMasks: boolean;
} {
  if (compression === 0 && [1, 2, 4, 8, 16, 24, 32].includes(bitCount)) {
    return { coding: "rows", declaresMasks: false };
  }
  if (compression === 1 && bitCount === 8) {
    return { coding: "rle8", declaresMasks: false };
  }
  if (compression === 2 && bitCount === 4) {
    return { coding: "rle4", declaresMasks: false };
  }
  const declaresMasks =
    compression === BITFIELDS || compression === ALPHA_BITFIELDS;
  if (declaresMasks && (bitCount === 16 || bitCount === 32)) {
    return { coding: "rows", declaresMasks };
  }
  throw invalid("The BMP's compression and bits per pixel do not go together.");
}

/** Colors of the palette as declared; the count may be beyond what a pixel can name. */
function colorsOf({ bitCount, colorsUsed }: InfoHeader): number {
  if (bitCount > 8) return 0;
  const most = 2 ** bitCount;
  return colorsUsed === 0 ? most : Math.min(colorsUsed, most);
}

/**
 * The masks in force. An alpha mask counts wherever a header can hold one, in
 * 32-bit BI_RGB too: Chrome obeys it there, and Firefox does not, but what one
 * of them shows must not be lost. Without a mask the fourth byte means nothing.
 */
function masksOf(
  view: Buffer,
  { bytes, bitCount, compression }: InfoHeader,
  declaresMasks: boolean,
): Masks {
  const mask = (index: number): number =>
    view.readUInt32LE(FILE_HEADER_BYTES + INFO_HEADER + 4 * index);
  const canHoldAlpha =
    (bytes >= V3_HEADER && bytes !== OS2_FULL) ||
    compression === ALPHA_BITFIELDS;
  const alpha = canHoldAlpha ? mask(3) : 0;
  if (!declaresMasks) {
    if (bitCount === 16) return RGB_555;
    return isRun(alpha) ? { ...RGB_888, alpha } : RGB_888;
  }
  const masks = { red: mask(0), green: mask(1), blue: mask(2), alpha };
  const all = [masks.red, masks.green, masks.blue, masks.alpha];
  const limit = 2 ** bitCount;
  const isSound = all.every((bits) => isRun(bits) && bits < limit);
  if (!isSound || (masks.red | masks.green | masks.blue) === 0) {
    throw invalid("The BMP's color masks are impossible.");
  }
  return masks;
}

function profileOf(
  view: Buffer,
  { bytes }: InfoHeader,
  fileBytes: number,
): Span | "cut" | undefined {
  if (bytes !== V5_HEADER) return undefined;
  const at = (offset: number): number =>
    view.readUInt32LE(FILE_HEADER_BYTES + offset);
  if (at(COLOR_SPACE.type) !== PROFILE_EMBEDDED) return undefined;
  const offset = FILE_HEADER_BYTES + at(COLOR_SPACE.profileOffset);
  const length = at(COLOR_SPACE.profileBytes);
  const isWhole =
    at(COLOR_SPACE.profileOffset) >= bytes &&
    length > 0 &&
    offset + length <= fileBytes;
  return isWhole ? { offset, length } : "cut";
}

function calibrationOf(view: Buffer, { bytes }: InfoHeader): Span | undefined {
  if (bytes !== V4_HEADER && bytes !== V5_HEADER) return undefined;
  const start = FILE_HEADER_BYTES + COLOR_SPACE.type;
  if (view.readUInt32LE(start) !== CALIBRATED_RGB) return undefined;
  const offset = FILE_HEADER_BYTES + COLOR_SPACE.calibration;
  const length = COLOR_SPACE.calibrationBytes;
  // All zero, as most writers leave it, says nothing.
  const says = view.subarray(offset, offset + length).some((byte) => byte > 0);
  return says ? { offset, length } : undefined;
}
