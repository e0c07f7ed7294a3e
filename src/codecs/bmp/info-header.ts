// Reads the fields of a BMP's info header, of every length there is; knows what they are called, not what follows from them.

import { ServiceError } from "../../errors.ts";
import { cutShort } from "../containers/cursor.ts";

export const FILE_HEADER_BYTES = 14;
/** The file header, the longest info header (V5). */
export const MAX_HEADER_BYTES = FILE_HEADER_BYTES + 124;

export const CORE_HEADER = 12;
/** Info headers by size: OS/2 2.x may be cut anywhere from 16 to 64; 40 is Windows' own, 52 and 56 (among OS/2's sizes) add masks, 108 and 124 a color space. */
const OS2_MIN = 16;
export const OS2_FULL = 64;
export const INFO_HEADER = 40;
export const V3_HEADER = 56;
export const V4_HEADER = 108;
export const V5_HEADER = 124;

export const BITFIELDS = 3;
export const ALPHA_BITFIELDS = 6;
/** Names of what BMPs may hold that no browser shows either. */
const STRANGERS: Readonly<Record<number, string>> = {
  4: "that hold a JPEG",
  5: "that hold a PNG",
  11: "of CMYK colors",
  12: "of CMYK colors",
  13: "of CMYK colors",
};
const OS2_STRANGERS: Readonly<Record<number, string>> = {
  3: "with Huffman coding (OS/2)",
  4: "with 24-bit run-length coding (OS/2)",
};

/** Color space types (V4 header, bV4CSType). */
export const CALIBRATED_RGB = 0;
export const PROFILE_EMBEDDED = 0x4d424544;
/** Offsets in the info header: the type, 36 bytes of endpoints and 12 of gamma, and, in V5, the intent and where the profile is. */
export const COLOR_SPACE = {
  type: 56,
  calibration: 60,
  calibrationBytes: 48,
  intent: 108,
  profileOffset: 112,
  profileBytes: 116,
} as const;

export interface InfoHeader {
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  readonly bitCount: number;
  readonly compression: number;
  readonly imageBytes: number;
  readonly perMeter: { readonly x: number; readonly y: number };
  readonly colorsUsed: number;
}

/** Throws `invalid_image`, and `unsupported_format` for codings that browsers do not show. */
export function readInfo(view: Buffer, headBytes: number): InfoHeader {
  if (view.toString("latin1", 0, 2) !== "BM") {
    throw invalid("The file does not begin as a BMP does.");
  }
  const bytes = view.readUInt32LE(FILE_HEADER_BYTES);
  const known =
    bytes === CORE_HEADER ||
    (bytes >= OS2_MIN && bytes <= OS2_FULL) ||
    bytes === V4_HEADER ||
    bytes === V5_HEADER;
  if (!known) throw invalid("The BMP's header is of a size that none has.");
  if (headBytes < FILE_HEADER_BYTES + bytes) throw cutShort();
  // What a shorter header leaves out is 0.
  view.fill(0, Math.max(FILE_HEADER_BYTES + bytes, 0), FILE_HEADER_BYTES + 36);
  const info =
    bytes === CORE_HEADER
      ? {
          bytes,
          width: view.readUInt16LE(18),
          height: view.readUInt16LE(20),
          bitCount: view.readUInt16LE(24),
          compression: 0,
          imageBytes: 0,
          perMeter: { x: 0, y: 0 },
          colorsUsed: 0,
        }
      : {
          bytes,
          width: view.readInt32LE(18),
          height: view.readInt32LE(22),
          bitCount: view.readUInt16LE(28),
          compression: view.readUInt32LE(30),
          imageBytes: view.readUInt32LE(34),
          perMeter: { x: view.readInt32LE(38), y: view.readInt32LE(42) },
          colorsUsed: view.readUInt32LE(46),
        };
  if (info.width <= 0 || info.height === 0) {
    throw invalid("The BMP's width or height is impossible.");
  }
  refuseStrangers(info);
  return info;
}

function refuseStrangers({ bytes, compression }: InfoHeader): void {
  const what =
    (bytes === OS2_FULL ? OS2_STRANGERS[compression] : undefined) ??
    STRANGERS[compression];
  if (what === undefined) return;
  throw new ServiceError(
    "unsupported_format",
    `BMP files ${what} are not supported.`,
    { detected: "bmp" },
  );
}

export function invalid(message: string): ServiceError {
  return new ServiceError("invalid_image", message);
}
