// Reads what a codestream says of its picture before the first frame (ISO/IEC 18181-1, annex D): plain bits, no entropy coding.

import { ServiceError } from "../../errors.ts";
import type { Orientation } from "../../image/facts.ts";
import type { Size } from "../../image/geometry.ts";
import {
  BitReader,
  bits,
  skipExtensions,
  skipName,
  value,
  type Ways,
} from "./bits.ts";

export interface SampleDepth {
  readonly bits: number;
  readonly isFloat: boolean;
}

/** A color space in the codestream's own numbers (annex D.3.5), which are H.273's where both have one. */
export interface ColorCode {
  /** A profile follows, entropy-coded: what it says is for decoders to tell. */
  readonly hasProfile: boolean;
  readonly isGray: boolean;
  /** White point 1 is D65, 10 E, 11 DCI; 2 stands beside numbers of its own. */
  readonly white: number;
  /** 1 is sRGB, 9 BT.2100, 11 P3; 2 stands beside numbers of its own. */
  readonly primaries: number;
  /** 1 BT.709, 8 linear, 13 sRGB, 16 PQ, 17 DCI, 18 HLG; undefined for a plain gamma. */
  readonly transfer: number | undefined;
}

/** Kinds of channels beside the colors that anything here depends on. */
export const EXTRA = { alpha: 0, black: 4 } as const;

export interface ExtraChannel {
  readonly type: number;
  readonly depth: SampleDepth;
}

export interface AnimationClock {
  readonly ticksPerSecond: number;
  /** 0 is forever. */
  readonly plays: number;
  readonly hasTimecodes: boolean;
}

export interface ImageHeader {
  /** As stored, before `orientation`. */
  readonly size: Size;
  readonly orientation: Orientation;
  readonly depth: SampleDepth;
  readonly extras: readonly ExtraChannel[];
  /** Colors in XYB, libjxl's space for lossy coding; without it samples are in the space that `color` names. */
  readonly isXyb: boolean;
  readonly color: ColorCode;
  readonly preview: Size | undefined;
  readonly animation: AnimationClock | undefined;
  /** Bits up to where the profile or, byte-aligned, the first frame begins. */
  readonly endBits: number;
}

const SRGB: ColorCode = {
  hasProfile: false,
  isGray: false,
  white: 1,
  primaries: 1,
  transfer: 13,
};

const EIGHT_BITS: SampleDepth = { bits: 8, isFloat: false };

type Presentation = Pick<ImageHeader, "orientation" | "preview" | "animation">;
type Metadata = Omit<ImageHeader, "size" | "endBits">;

const PLAIN: Presentation = {
  orientation: 1,
  preview: undefined,
  animation: undefined,
};
/** What a single bit stands for. */
const USUAL: Metadata = {
  ...PLAIN,
  depth: EIGHT_BITS,
  extras: [],
  isXyb: true,
  color: SRGB,
};

/**
 * Pixels that level 5 of the format allows (18181-1, annex M), which is what
 * every reader must take. A header may claim 2⁶⁰ in 11 bytes; it is told by
 * that, whatever follows.
 */
const MAX_PIXELS = 2 ** 28;

/**
 * Reads the header behind the two bytes of the codestream's magic. Throws
 * `invalid_image` when it ends too soon or holds no known value,
 * `image_too_large` beyond MAX_PIXELS.
 */
export function readImageHeader(codestream: Uint8Array): ImageHeader {
  const reader = new BitReader(codestream);
  reader.skip(16);
  const size = readSize(reader);
  const pixels = size.width * size.height;
  if (pixels > MAX_PIXELS) {
    throw new ServiceError(
      "image_too_large",
      `The image has ${pixels} pixels; JPEG XL files are taken up to ${MAX_PIXELS}.`,
      { limit: MAX_PIXELS },
    );
  }
  const metadata = reader.flag() ? USUAL : readMetadata(reader);
  if (!reader.flag()) skipTransforms(reader, metadata.isXyb);
  return { size, ...metadata, endBits: reader.at };
}

/** Aspects that stand for a width (annex D.2). */
const RATIOS = [
  [1, 1],
  [6, 5],
  [4, 3],
  [3, 2],
  [16, 9],
  [5, 4],
  [2, 1],
] as const;
const SIDE: Ways = [bits(9, 1), bits(13, 1), bits(18, 1), bits(30, 1)];

function readSize(reader: BitReader): Size {
  const isSmall = reader.flag();
  const side = (): number =>
    isSmall ? (reader.u(5) + 1) * 8 : reader.u32(SIDE);
  return withWidth(reader, side(), side);
}

function withWidth(reader: BitReader, height: number, side: () => number) {
  const ratio = RATIOS[reader.u(3) - 1];
  const width = ratio ? Math.floor((height * ratio[0]) / ratio[1]) : side();
  return { width, height };
}

function readPreview(reader: BitReader): Size {
  const inEights = reader.flag();
  const side = (): number =>
    inEights
      ? 8 * reader.u32([value(16), value(32), bits(5, 1), bits(9, 33)])
      : reader.u32([bits(6, 1), bits(8, 65), bits(10, 321), bits(12, 1345)]);
  return withWidth(reader, side(), side);
}

function readMetadata(reader: BitReader): Metadata {
  const hasMore = reader.flag();
  const more = hasMore ? readPresentation(reader) : PLAIN;
  const depth = readDepth(reader);
  // Whether 16-bit buffers are enough for a decoder.
  reader.skip(1);
  const count = reader.u32([value(0), value(1), bits(4, 2), bits(12, 1)]);
  const extras = Array.from({ length: count }, () => readExtra(reader));
  const isXyb = reader.flag();
  const color = readColor(reader);
  // Tone mapping: intensity target, least intensity, a flag, another number.
  if (hasMore && !reader.flag()) reader.skip(16 + 16 + 1 + 16);
  skipExtensions(reader);
  return { ...more, depth, extras, isXyb, color };
}

function readPresentation(reader: BitReader): Presentation {
  const orientation = (reader.u(3) + 1) as Orientation;
  // The size it is meant to be shown at, which decoders ignore.
  if (reader.flag()) readSize(reader);
  const preview = reader.flag() ? readPreview(reader) : undefined;
  const animation = reader.flag() ? readClock(reader) : undefined;
  return { orientation, preview, animation };
}

function readClock(reader: BitReader): AnimationClock {
  const ticks = reader.u32([value(100), value(1000), bits(10, 1), bits(30, 1)]);
  const per = reader.u32([value(1), value(1001), bits(8, 1), bits(10, 1)]);
  const plays = reader.u32([value(0), bits(3), bits(16), bits(32)]);
  return { ticksPerSecond: ticks / per, plays, hasTimecodes: reader.flag() };
}

function readDepth(reader: BitReader): SampleDepth {
  const isFloat = reader.flag();
  const [a, b, c] = isFloat ? [32, 16, 24] : [8, 10, 12];
  const count = reader.u32([value(a), value(b), value(c), bits(6, 1)]);
  if (isFloat) reader.skip(4);
  if (count > 32) throw impossible();
  return { bits: count, isFloat };
}

function readExtra(reader: BitReader): ExtraChannel {
  if (reader.flag()) return { type: EXTRA.alpha, depth: EIGHT_BITS };
  const type = reader.enumerated();
  const depth = readDepth(reader);
  // Subsampling.
  reader.u32([value(0), value(3), value(4), bits(3, 1)]);
  skipName(reader);
  // Whether alpha is premultiplied; a spot color; a place in a color filter array.
  if (type === EXTRA.alpha) reader.skip(1);
  if (type === 2) reader.skipHalves(4);
  if (type === 5) reader.u32([value(1), bits(2), bits(4, 3), bits(8, 19)]);
  return { type, depth };
}

const GRAY = 1;
const XYB = 2;
const CUSTOM = 2;

function readColor(reader: BitReader): ColorCode {
  if (reader.flag()) return SRGB;
  const hasProfile = reader.flag();
  const space = reader.enumerated();
  if (space > 3) throw impossible();
  const isGray = space === GRAY;
  const unknown = { hasProfile, isGray, white: CUSTOM, primaries: CUSTOM };
  if (hasProfile) return { ...unknown, transfer: undefined };
  const white = space === XYB ? CUSTOM : reader.enumerated();
  if (space !== XYB && white === CUSTOM) skipPoints(reader, 1);
  const hasPrimaries = space !== XYB && !isGray;
  const primaries = hasPrimaries ? reader.enumerated() : 1;
  if (hasPrimaries && primaries === CUSTOM) skipPoints(reader, 3);
  const hasGamma = space !== XYB && reader.flag();
  if (hasGamma) reader.skip(24);
  const isCoded = space !== XYB && !hasGamma;
  const transfer = isCoded ? reader.enumerated() : undefined;
  // Rendering intent.
  reader.enumerated();
  return { hasProfile, isGray, white, primaries, transfer };
}

/** Passes over chromaticities of two numbers each. */
function skipPoints(reader: BitReader, count: number): void {
  const ways: Ways = [
    bits(19),
    bits(19, 524_288),
    bits(20, 1_048_576),
    bits(21, 2_097_152),
  ];
  for (let number = 0; number < count * 2; number++) reader.u32(ways);
}

/** Passes over the matrix back from XYB, and weights for upsampling by 2, 4 and 8 (annex D.3). */
function skipTransforms(reader: BitReader, isXyb: boolean): void {
  if (isXyb && !reader.flag()) reader.skipHalves(16);
  const custom = reader.u(3);
  [15, 55, 210].forEach((weights, bit) => {
    if ((custom >>> bit) & 1) reader.skipHalves(weights);
  });
}

function impossible(): ServiceError {
  return new ServiceError(
    "invalid_image",
    "The JPEG XL header declares an impossible value.",
  );
}
