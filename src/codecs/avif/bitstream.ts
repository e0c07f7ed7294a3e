// Reads the size and the quantizer of an AV1 still from its headers (AV1 specification, 5.5 and 5.9); decodes nothing.

import type { Size } from "../../image/geometry.ts";
import { Bits } from "../containers/bits.ts";

const OBU = { sequence: 1, frameHeader: 3, frame: 6 } as const;
const SELECT = 2;
const SUPERBLOCK_BITS = { small: 6, large: 7 } as const;
const MAX_TILE_WIDTH = 4096;
const MAX_TILE_AREA = 4096 * 2304;
const MAX_TILE_COLS = 64;
const MAX_TILE_ROWS = 64;

interface Sequence {
  readonly isReduced: boolean;
  readonly widthBits: number;
  readonly heightBits: number;
  readonly width: number;
  readonly height: number;
  readonly hasFrameIds: boolean;
  readonly frameIdBits: number;
  readonly isLarge: boolean;
  readonly screenTools: number;
  readonly integerMotion: number;
  readonly orderHintBits: number;
  readonly superres: boolean;
  readonly hasDecoderModel: boolean;
}

/**
 * `base_q_idx` of the first shown key frame, 0 (lossless, as a rule) to 255;
 * undefined when the headers are not those of a still picture's key frame.
 * Throws `invalid_image` when the bits run out.
 */
export function baseQuantizer(data: Uint8Array): number | undefined {
  let sequence: Sequence | undefined;
  for (const { type, payload } of unitsIn(data)) {
    if (type === OBU.sequence) sequence = readSequence(new Bits(payload));
    if (sequence && (type === OBU.frame || type === OBU.frameHeader))
      return readQuantizer(new Bits(payload), sequence);
  }
  return undefined;
}

/** Width and height of the largest frame, as the first sequence header says; undefined when there is none. Throws `invalid_image` when the bits run out. */
export function sequenceSize(data: Uint8Array): Size | undefined {
  for (const { type, payload } of unitsIn(data)) {
    if (type !== OBU.sequence) continue;
    const { width, height } = readSequence(new Bits(payload));
    return { width, height };
  }
  return undefined;
}

/** Open bitstream units (5.3); one without a size runs to the end. */
function* unitsIn(data: Uint8Array) {
  let at = 0;
  while (at < data.length) {
    const head = data[at++] ?? 0;
    if (head & 4) at++;
    let size = data.length - at;
    if (head & 2) {
      size = 0;
      for (let shift = 0; shift < 35; shift += 7) {
        const byte = data[at++] ?? 0;
        size += (byte & 0x7f) * 2 ** shift;
        if (!(byte & 0x80)) break;
      }
    }
    yield { type: (head >> 3) & 15, payload: data.subarray(at, at + size) };
    at += size;
  }
}

/** sequence_header_obu() (5.5.1) up to enable_superres. */
function readSequence(bits: Bits): Sequence {
  bits.skip(3 + 1);
  const isReduced = bits.flag();
  const hasDecoderModel = isReduced ? skipLevel(bits) : skipPoints(bits);
  const widthBits = bits.read(4) + 1;
  const heightBits = bits.read(4) + 1;
  const width = bits.read(widthBits) + 1;
  const height = bits.read(heightBits) + 1;
  const hasFrameIds = isReduced ? false : bits.flag();
  const deltaBits = hasFrameIds ? bits.read(4) + 2 : 0;
  const frameIdBits = hasFrameIds ? bits.read(3) + deltaBits + 1 : 0;
  const isLarge = bits.flag();
  bits.skip(2);
  const tools = isReduced
    ? { screenTools: SELECT, integerMotion: SELECT, orderHintBits: 0 }
    : readTools(bits);
  const superres = bits.flag();
  return {
    ...{ isReduced, widthBits, heightBits, width, height, hasFrameIds },
    ...{ frameIdBits, isLarge, ...tools, superres, hasDecoderModel },
  };
}

function skipLevel(bits: Bits): false {
  bits.skip(5);
  return false;
}

/** Timing and operating points; whether a frame header says more of the decoder model. */
function skipPoints(bits: Bits): boolean {
  let hasModel = false;
  let delayBits = 0;
  if (bits.flag()) {
    bits.skip(64);
    if (bits.flag()) bits.golomb();
    hasModel = bits.flag();
    if (hasModel) {
      delayBits = bits.read(5) + 1;
      bits.skip(32 + 5 + 5);
    }
  }
  const hasDelay = bits.flag();
  for (let points = bits.read(5); points >= 0; points--) {
    bits.skip(12);
    if (bits.read(5) > 7) bits.skip(1);
    if (hasModel && bits.flag()) bits.skip(2 * delayBits + 1);
    if (hasDelay && bits.flag()) bits.skip(4);
  }
  return hasModel;
}

function readTools(bits: Bits) {
  bits.skip(4);
  const hasOrderHint = bits.flag();
  if (hasOrderHint) bits.skip(2);
  const screenTools = bits.flag() ? SELECT : bits.read(1);
  const integerMotion =
    screenTools === 0 || bits.flag() ? SELECT : bits.read(1);
  const orderHintBits = hasOrderHint ? bits.read(3) + 1 : 0;
  return { screenTools, integerMotion, orderHintBits };
}

/** uncompressed_header() (5.9.2) of a shown key frame, up to base_q_idx. */
function readQuantizer(bits: Bits, sequence: Sequence): number | undefined {
  const { isReduced, hasFrameIds, frameIdBits, orderHintBits } = sequence;
  // A frame shown again, another kind than key, or a timed one: no still's.
  if (sequence.hasDecoderModel) return undefined;
  if (!isReduced && (bits.flag() || bits.read(2) !== 0 || !bits.flag()))
    return undefined;
  const noUpdate = bits.flag();
  const screen =
    sequence.screenTools === SELECT ? bits.flag() : sequence.screenTools === 1;
  if (screen && sequence.integerMotion === SELECT) bits.skip(1);
  if (hasFrameIds) bits.skip(frameIdBits);
  const isResized = isReduced ? false : bits.flag();
  bits.skip(orderHintBits);
  const width = isResized ? bits.read(sequence.widthBits) + 1 : sequence.width;
  const height = isResized
    ? bits.read(sequence.heightBits) + 1
    : sequence.height;
  const isScaled = sequence.superres && bits.flag();
  const coded = isScaled ? superresWidth(width, bits.read(3)) : width;
  if (bits.flag()) bits.skip(32);
  if (screen && coded === width) bits.skip(1);
  if (!isReduced && !noUpdate) bits.skip(1);
  skipTiles(bits, { width: coded, height, isLarge: sequence.isLarge });
  return bits.read(8);
}

function superresWidth(width: number, coded: number): number {
  const denominator = coded + 9;
  return Math.floor((width * 8 + (denominator >> 1)) / denominator);
}

/** tile_info() (5.9.15). */
function skipTiles(
  bits: Bits,
  frame: { readonly width: number; readonly height: number; isLarge: boolean },
): void {
  const size = frame.isLarge ? SUPERBLOCK_BITS.large : SUPERBLOCK_BITS.small;
  const across = (length: number) => Math.ceil(length / 2 ** size);
  const [cols, rows] = [across(frame.width), across(frame.height)];
  const maxWidth = MAX_TILE_WIDTH >> size;
  const maxArea = MAX_TILE_AREA >> (2 * size);
  const minLogCols = tileLog(maxWidth, cols);
  const minLog = Math.max(minLogCols, tileLog(maxArea, rows * cols));
  let [logCols, logRows] = [minLogCols, 0];
  if (bits.flag()) {
    const maxLogCols = tileLog(1, Math.min(cols, MAX_TILE_COLS));
    while (logCols < maxLogCols && bits.flag()) logCols++;
    logRows = Math.max(minLog - logCols, 0);
    const maxLogRows = tileLog(1, Math.min(rows, MAX_TILE_ROWS));
    while (logRows < maxLogRows && bits.flag()) logRows++;
  } else {
    const widths = skipSizes(bits, cols, maxWidth);
    const area = minLog > 0 ? (rows * cols) >> (minLog + 1) : rows * cols;
    const maxHeight = Math.max(Math.floor(area / widths.widest), 1);
    logCols = tileLog(1, widths.count);
    logRows = tileLog(1, skipSizes(bits, rows, maxHeight).count);
  }
  if (logCols > 0 || logRows > 0) bits.skip(logCols + logRows + 2);
}

function skipSizes(bits: Bits, total: number, most: number) {
  let [count, widest] = [0, 1];
  for (let start = 0; start < total; count++) {
    const size = readNonSymmetric(bits, Math.min(total - start, most)) + 1;
    widest = Math.max(widest, size);
    start += size;
  }
  return { count, widest };
}

/** ns(n) (4.10.7). */
function readNonSymmetric(bits: Bits, n: number): number {
  const width = Math.floor(Math.log2(n)) + 1;
  const short = 2 ** width - n;
  const value = bits.read(width - 1);
  return value < short ? value : value * 2 - short + bits.read(1);
}

/** tile_log2() (5.9.16). */
function tileLog(size: number, target: number): number {
  let log = 0;
  while (size * 2 ** log < target) log++;
  return log;
}
