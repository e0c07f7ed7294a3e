// Reads the size and the quantizer of an HEVC still from its parameter sets and first slice (ITU-T H.265, 7.3); decodes nothing.

import type { Size } from "../../image/geometry.ts";
import { Bits } from "../containers/bits.ts";
import { Cursor } from "../containers/cursor.ts";

const NAL = { idrWithLeading: 19, idr: 20, sps: 33, pps: 34 } as const;
/** 4:0:0, and the profile's flags that follow general_profile_space. */
const MONOCHROME = 0;

/**
 * The quantization parameter of the first slice, 0 to 51 (lower at depths over
 * 8), from the decoder configuration (hvcC) and the start of the coded data;
 * undefined when it is no IDR picture's or something is missing. Throws
 * `invalid_image` when the bits run out.
 */
export function sliceQuantizer(
  configuration: Uint8Array,
  data: Uint8Array,
): number | undefined {
  const { lengthBytes, units } = readConfiguration(configuration);
  const sps = units.find(({ type }) => type === NAL.sps);
  const pps = units.find(({ type }) => type === NAL.pps);
  const slice = firstSlice(unitsIn(data, lengthBytes));
  if (!sps || !pps || !slice) return undefined;
  const sequence = readSequence(bitsOf(sps.data));
  const picture = readPicture(bitsOf(pps.data));
  const bits = bitsOf(slice);
  // first_slice_segment_in_pic_flag; no_output_of_prior_pics_flag; the parameter set's id.
  if (!bits.flag()) return undefined;
  bits.skip(1);
  bits.golomb();
  bits.skip(picture.extraBits);
  bits.golomb();
  if (picture.hasOutputFlag) bits.skip(1);
  if (sequence.separatePlanes) bits.skip(2);
  const hasChroma = sequence.chroma !== MONOCHROME && !sequence.separatePlanes;
  if (sequence.hasSao) bits.skip(hasChroma ? 2 : 1);
  return 26 + picture.initialQuantizer + bits.signedGolomb();
}

/**
 * Width and height of the largest picture that any sequence parameter set
 * announces, in the decoder configuration or at the start of the coded data,
 * before cropping; undefined when there is none. Throws `invalid_image` when the bits run out.
 */
export function sequenceSize(
  configuration: Uint8Array,
  data: Uint8Array,
): Size | undefined {
  const { lengthBytes, units } = readConfiguration(configuration);
  const sizes = [...units, ...unitsIn(data, lengthBytes)]
    .filter(({ type }) => type === NAL.sps)
    .map(({ data: unit }) => readSequence(bitsOf(unit)))
    .map(({ width, height }) => ({ width, height }));
  return sizes.toSorted((a, b) => b.width * b.height - a.width * a.height)[0];
}

interface Unit {
  readonly type: number;
  readonly data: Uint8Array;
}

/** hvcC (ISO/IEC 14496-15, 8.3.2.1): 22 bytes, the last of which but one holds the size of lengths, then arrays of units. */
function readConfiguration(content: Uint8Array) {
  const cursor = new Cursor(content, 21);
  const lengthBytes = (cursor.u8() & 3) + 1;
  const units: Unit[] = [];
  for (let arrays = cursor.u8(); arrays > 0; arrays--) {
    const type = cursor.u8() & 0x3f;
    for (let count = cursor.u16(); count > 0; count--)
      units.push({ type, data: cursor.take(cursor.u16()) });
  }
  return { lengthBytes, units };
}

/** The units of coded data, each behind its length; the last may be cut off. */
function unitsIn(data: Uint8Array, lengthBytes: number): Unit[] {
  const units: Unit[] = [];
  let at = 0;
  while (at + lengthBytes + 2 < data.length) {
    let length = 0;
    for (let byte = 0; byte < lengthBytes; byte++)
      length = length * 256 + (data[at + byte] ?? 0);
    at += lengthBytes;
    const type = ((data[at] ?? 0) >> 1) & 0x3f;
    units.push({ type, data: data.subarray(at, at + length) });
    at += length;
  }
  return units;
}

/** The first unit of an IDR picture; parameter sets and messages before it are passed over. */
function firstSlice(units: readonly Unit[]): Uint8Array | undefined {
  const first = units.find(({ type }) => type < 32);
  const isIdr = first?.type === NAL.idr || first?.type === NAL.idrWithLeading;
  return isIdr ? first.data : undefined;
}

/** A unit's payload behind its two bytes of header, without emulation prevention (7.3.1.1). */
function bitsOf(unit: Uint8Array): Bits {
  const bytes: number[] = [];
  let zeros = 0;
  for (const byte of unit.subarray(2)) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    bytes.push(byte);
  }
  return new Bits(Uint8Array.from(bytes));
}

/** seq_parameter_set_rbsp() (7.3.2.2.1) up to sample_adaptive_offset_enabled_flag. */
function readSequence(bits: Bits) {
  bits.skip(4);
  const subLayers = bits.read(3);
  bits.skip(1);
  skipProfile(bits, subLayers);
  bits.golomb();
  const chroma = bits.golomb();
  const separatePlanes = chroma === 3 && bits.flag();
  const width = bits.golomb();
  const height = bits.golomb();
  if (bits.flag()) for (let side = 0; side < 4; side++) bits.golomb();
  // Depths, and the size of picture order counts.
  for (let field = 0; field < 3; field++) bits.golomb();
  const layers = bits.flag() ? subLayers + 1 : 1;
  for (let field = 0; field < 3 * layers; field++) bits.golomb();
  // Sizes and depths of coding and transform blocks.
  for (let field = 0; field < 6; field++) bits.golomb();
  if (bits.flag() && bits.flag()) skipScalingLists(bits);
  bits.skip(1);
  return { width, height, chroma, separatePlanes, hasSao: bits.flag() };
}

/** profile_tier_level() (7.3.3). */
function skipProfile(bits: Bits, subLayers: number): void {
  bits.skip(96);
  const present: (readonly [boolean, boolean])[] = [];
  for (let layer = 0; layer < subLayers; layer++)
    present.push([bits.flag(), bits.flag()]);
  if (subLayers > 0) bits.skip(2 * (8 - subLayers));
  for (const [profile, level] of present)
    bits.skip((profile ? 88 : 0) + (level ? 8 : 0));
}

/** scaling_list_data() (7.3.4). */
function skipScalingLists(bits: Bits): void {
  for (let size = 0; size < 4; size++) {
    for (let matrix = 0; matrix < 6; matrix += size === 3 ? 3 : 1) {
      if (!bits.flag()) {
        bits.golomb();
        continue;
      }
      if (size > 1) bits.signedGolomb();
      const coefficients = Math.min(64, 1 << (4 + (size << 1)));
      for (let at = 0; at < coefficients; at++) bits.signedGolomb();
    }
  }
}

/** pic_parameter_set_rbsp() (7.3.2.3.1) up to init_qp_minus26. */
function readPicture(bits: Bits) {
  bits.golomb();
  bits.golomb();
  bits.skip(1);
  const hasOutputFlag = bits.flag();
  const extraBits = bits.read(3);
  bits.skip(2);
  bits.golomb();
  bits.golomb();
  return { hasOutputFlag, extraBits, initialQuantizer: bits.signedGolomb() };
}
