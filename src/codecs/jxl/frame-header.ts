// Reads one frame's header and the sizes of its sections (ISO/IEC 18181-1, annexes F.2 and F.3); decodes nothing in them.

import { ServiceError } from "../../errors.ts";
import type { Size } from "../../image/geometry.ts";
import {
  BitReader,
  bits,
  skipExtensions,
  skipName,
  value,
  type Ways,
} from "./bits.ts";
import type { ImageHeader } from "./image-header.ts";

/** Kinds of frames; only regular and skip-progressive ones are shown. */
const KIND = { regular: 0, dc: 1, reference: 2, skipProgressive: 3 } as const;
const FLAG = { noise: 1, patches: 2, splines: 16, useDc: 32 } as const;
const UPSAMPLING: Ways = [value(1), value(2), value(4), value(8)];
const PLACE: Ways = [bits(8), bits(11, 256), bits(14, 2304), bits(30, 18_688)];
const SECTION: Ways = [
  bits(10),
  bits(14, 1024),
  bits(22, 17_408),
  bits(30, 4_211_712),
];

export interface FrameHeader {
  /** Whether it is meant for the eye: regular, and shown for a time or the last. */
  readonly isShown: boolean;
  readonly isLast: boolean;
  /** In ticks of the animation's clock; 0 in a still. */
  readonly duration: number;
  /** Coded without transform; else in blocks with one, as JPEG is: with loss. */
  readonly isModular: boolean;
  /** The colors are JPEG's: a transcoded JPEG, unless someone tried hard. */
  readonly isYcbcr: boolean;
  readonly hasNoise: boolean;
  /** Patches, splines or a frame of averages precede what the first section says of quantizers. */
  readonly hidesQuantizer: boolean;
  /** Pixels of the frame, which may be larger than the picture it goes into. */
  readonly pixels: number;
  /** How often decoding goes over them, finer each time; at most 11. */
  readonly passes: number;
  readonly sections: number;
  /** Bits up to the table of sections. */
  readonly endBits: number;
}

/** Reads the header at the start of `bytes`. Throws `invalid_image` when it ends too soon. */
export function readFrameHeader(
  bytes: Uint8Array,
  image: ImageHeader,
): FrameHeader {
  const reader = new BitReader(bytes);
  const fields = reader.flag() ? defaults(image) : readFields(reader, image);
  return { ...fields, endBits: reader.at };
}

/** A header of one bit: a still, in blocks, of one pass. */
function defaults({ size, isXyb }: ImageHeader): Omit<FrameHeader, "endBits"> {
  const plain = { isModular: false, isYcbcr: false, hasNoise: false };
  return {
    ...plain,
    isShown: true,
    isLast: true,
    duration: 0,
    hidesQuantizer: !isXyb,
    pixels: size.width * size.height,
    passes: 1,
    sections: sectionsOf(size, BLOCK_GROUP, 1),
  };
}

function readFields(reader: BitReader, image: ImageHeader) {
  const kind = reader.u(2);
  const isModular = reader.flag();
  const flags = reader.u64();
  const has = (flag: number): boolean => Math.floor(flags / flag) % 2 === 1;
  const isYcbcr = !image.isXyb && reader.flag();
  const usesDc = has(FLAG.useDc);
  if (isYcbcr && !usesDc) reader.skip(3 * 2);
  const upsampling = usesDc ? 1 : reader.u32(UPSAMPLING);
  if (!usesDc) for (const _ of image.extras) reader.u32(UPSAMPLING);
  const group = isModular ? 128 << reader.u(2) : BLOCK_GROUP;
  if (!isModular && image.isXyb) reader.skip(3 + 3);
  const passes = kind === KIND.reference ? 1 : readPasses(reader);
  const dcLevel = kind === KIND.dc ? reader.u(2) + 1 : 0;
  const own = kind === KIND.dc ? undefined : readPlace(reader, kind, image);
  const shown = isVisible(kind)
    ? readShowing(reader, image, own?.isPartial ?? false)
    : { isLast: false, duration: 0, replaces: true };
  const { isLast, duration } = shown;
  const slot = kind !== KIND.dc && !isLast ? reader.u(2) : 0;
  const isReferable =
    !isLast && kind !== KIND.dc && (duration === 0 || slot !== 0);
  const asksWhen =
    kind === KIND.reference ||
    (isVisible(kind) && isReferable && shown.replaces && !own?.isPartial);
  // Whether it is kept for reference before its colors are transformed.
  if (asksWhen) reader.skip(1);
  skipName(reader);
  skipFilters(reader, isModular);
  skipExtensions(reader);
  const size = own?.size ?? image.size;
  return {
    isShown: isVisible(kind) && (duration > 0 || isLast),
    isLast,
    duration,
    isModular,
    isYcbcr,
    hasNoise: has(FLAG.noise),
    hidesQuantizer: has(FLAG.patches) || has(FLAG.splines) || usesDc,
    pixels: size.width * size.height,
    passes,
    sections: sectionsOf(
      shrunk(size, dcLevel > 0 ? 8 ** dcLevel : upsampling),
      group,
      passes,
    ),
  };
}

function isVisible(kind: number): boolean {
  return kind === KIND.regular || kind === KIND.skipProgressive;
}

function readPasses(reader: BitReader): number {
  const passes = reader.u32([value(1), value(2), value(3), bits(3, 4)]);
  if (passes === 1) return 1;
  const steps = reader.u32([value(0), value(1), value(2), bits(1, 3)]);
  reader.skip(2 * (passes - 1));
  for (let step = 0; step < steps; step++) reader.u32(UPSAMPLING);
  for (let step = 0; step < steps; step++) {
    reader.u32([value(0), value(1), value(2), bits(3)]);
  }
  return passes;
}

interface OwnPlace {
  readonly size: Size;
  readonly isPartial: boolean;
}

/** Where a frame lies and its size, when they are not the whole picture's. */
function readPlace(
  reader: BitReader,
  kind: number,
  image: ImageHeader,
): OwnPlace | undefined {
  if (!reader.flag()) return undefined;
  const visible = isVisible(kind);
  const left = visible ? signed(reader.u32(PLACE)) : 0;
  const top = visible ? signed(reader.u32(PLACE)) : 0;
  const width = reader.u32(PLACE);
  const height = reader.u32(PLACE);
  if (width === 0 || height === 0) throw impossible();
  const covers =
    left <= 0 &&
    top <= 0 &&
    left + width >= image.size.width &&
    top + height >= image.size.height;
  return { size: { width, height }, isPartial: visible && !covers };
}

/** Even numbers are positive, odd ones negative. */
function signed(packed: number): number {
  return packed % 2 === 0 ? packed / 2 : -(packed + 1) / 2;
}

/** How a frame is laid over the last, how long it stands, and whether it is the last. */
function readShowing(
  reader: BitReader,
  { extras, animation }: ImageHeader,
  isPartial: boolean,
) {
  const replaces = readBlending(reader, extras.length > 0, isPartial);
  for (const _ of extras) readBlending(reader, true, isPartial);
  const duration = animation
    ? reader.u32([value(0), value(1), bits(8), bits(32)])
    : 0;
  if (animation?.hasTimecodes) reader.skip(32);
  return { replaces, duration, isLast: reader.flag() };
}

const MODE = { replace: 0, blend: 2, addWeighted: 3, multiply: 4 } as const;

/** Whether it simply replaces what was there. */
function readBlending(
  reader: BitReader,
  hasExtras: boolean,
  isPartial: boolean,
): boolean {
  const mode = reader.u32([value(0), value(1), value(2), bits(2, 3)]);
  const weighs =
    hasExtras && (mode === MODE.blend || mode === MODE.addWeighted);
  if (weighs) reader.u32([value(0), value(1), value(2), bits(3, 3)]);
  if (weighs || mode === MODE.multiply) reader.skip(1);
  // Which kept frame lies below.
  if (mode !== MODE.replace || isPartial) reader.skip(2);
  return mode === MODE.replace;
}

/** Passes over the settings of the filters that smooth block edges (annex J). */
function skipFilters(reader: BitReader, isModular: boolean): void {
  if (reader.flag()) return;
  const hasGaborish = reader.flag();
  if (hasGaborish && reader.flag()) reader.skipHalves(6);
  const iterations = reader.u(2);
  if (iterations > 0) {
    if (!isModular && reader.flag()) reader.skipHalves(8);
    if (reader.flag()) reader.skipHalves(5);
    if (reader.flag()) reader.skipHalves(isModular ? 3 : 4);
    if (isModular) reader.skipHalves(1);
  }
  skipExtensions(reader);
}

/** Edge of a group of blocks, pixels. */
const BLOCK_GROUP = 256;

function shrunk({ width, height }: Size, factor: number): Size {
  return {
    width: Math.ceil(width / factor),
    height: Math.ceil(height / factor),
  };
}

/** One for all, or: global, one per group of averages, global of the rest, and one per group and pass (F.3.1). */
function sectionsOf({ width, height }: Size, group: number, passes: number) {
  const across = (edge: number): number =>
    Math.ceil(width / edge) * Math.ceil(height / edge);
  const groups = across(group);
  if (groups === 1 && passes === 1) return 1;
  return 2 + across(group * 8) + groups * passes;
}

/**
 * Bytes of the sections, from the table that follows a header, and where they
 * begin; undefined when the table is permuted, which is entropy-coded. Throws
 * `invalid_image` when it ends too soon.
 */
export function readSections(
  bytes: Uint8Array,
  { sections, endBits }: FrameHeader,
): { readonly start: number; readonly length: number } | undefined {
  const reader = new BitReader(bytes);
  reader.skip(endBits);
  if (reader.flag()) return undefined;
  reader.toByte();
  let length = 0;
  for (let section = 0; section < sections; section++) {
    length += reader.u32(SECTION);
  }
  reader.toByte();
  return { start: reader.at / 8, length };
}

/**
 * The step of the averages' quantizer, as a number that falls with quality: it
 * opens the first section, in plain bits, behind the strength of noise.
 */
export function readQuantizer(section: Uint8Array, hasNoise: boolean): number {
  const reader = new BitReader(section);
  if (hasNoise) reader.skip(8 * 10);
  // Weights of the three channels' averages.
  if (!reader.flag()) reader.skipHalves(3);
  const scale = reader.u32([
    bits(11, 1),
    bits(11, 2049),
    bits(12, 4097),
    bits(16, 8193),
  ]);
  const averages = reader.u32([value(16), bits(5, 1), bits(8, 1), bits(16, 1)]);
  return 65_536 / (scale * averages);
}

function impossible(): ServiceError {
  return new ServiceError(
    "invalid_image",
    "A frame of the JPEG XL file has no size.",
  );
}
