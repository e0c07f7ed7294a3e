// Reads the headers of WebP's two bitstreams, VP8 and VP8L; decides nothing about the file around them.

/** What a bitstream header says. `quantizer` is VP8's, 0–127. */
export interface Bitstream {
  readonly width: number;
  readonly height: number;
  readonly hasAlpha: boolean;
  readonly quantizer?: number;
}

/** Reads a VP8 key frame's header (RFC 6386, 9.1 to 9.6); undefined when it is none. At least 10 bytes; 64 tell the quantizer. */
export function readVp8(data: Uint8Array): Bitstream | undefined {
  const [tag = 1, , , a, b, c] = data;
  if (data.length < 10 || (tag & 1) !== 0) return undefined;
  if (a !== 0x9d || b !== 0x01 || c !== 0x2a) return undefined;
  const view = Buffer.from(data);
  const width = view.readUInt16LE(6) & 0x3fff;
  const height = view.readUInt16LE(8) & 0x3fff;
  const quantizer = readQuantizer(new BoolReader(data.subarray(10)));
  return {
    width,
    height,
    hasAlpha: false,
    ...(quantizer !== undefined && { quantizer }),
  };
}

/** Reads a VP8L header (WebP lossless bitstream specification, 3.4); undefined when it is none. */
export function readVp8l(data: Uint8Array): Bitstream | undefined {
  if (data.length < 5 || data[0] !== 0x2f) return undefined;
  const bits = Buffer.from(data).readUInt32LE(1);
  return {
    width: (bits & 0x3fff) + 1,
    height: ((bits >>> 14) & 0x3fff) + 1,
    hasAlpha: ((bits >>> 28) & 1) === 1,
  };
}

/**
 * The frame's quantizer index: `y_ac_qi` (9.6), or where segments have their
 * own (9.3), the one that libwebp spread them around. Undefined when the data
 * end before.
 */
function readQuantizer(bits: BoolReader): number | undefined {
  bits.literal(2); // color space, clamping
  const segments = bits.flag() ? readSegments(bits) : undefined;
  bits.literal(1 + 6 + 3); // filter type, level, sharpness
  if (bits.flag() && bits.flag()) {
    for (let index = 0; index < 8; index++) if (bits.flag()) bits.literal(7);
  }
  bits.literal(2); // partitions
  const base = bits.literal(7);
  if (bits.isExhausted) return undefined;
  if (!segments) return base;
  const values = segments.values.map((value) =>
    Math.min(Math.max(segments.isAbsolute ? value : base + value, 0), 127),
  );
  return middleOf(values, segments.shares);
}

interface Segments {
  readonly isAbsolute: boolean;
  readonly values: readonly number[];
  /** The part of the macroblocks that each segment has, by the probabilities of its map's tree. */
  readonly shares: readonly number[];
}

function readSegments(bits: BoolReader): Segments | undefined {
  const updatesMap = bits.flag();
  let found: Omit<Segments, "shares"> | undefined;
  if (bits.flag()) {
    const isAbsolute = bits.flag();
    const values = Array.from({ length: 4 }, () => bits.optionalSigned(7));
    for (let index = 0; index < 4; index++) bits.optionalSigned(6);
    found = { isAbsolute, values };
  }
  const [first = 1, low = 1, high = 1] = [0, 1, 2].map(() =>
    updatesMap && bits.flag() ? bits.literal(8) / 255 : 1,
  );
  const shares = [
    first * low,
    first * (1 - low),
    (1 - first) * high,
    (1 - first) * (1 - high),
  ];
  return found && { ...found, shares };
}

/**
 * libwebp gives a segment the quantizer 127 × (1 − c^e), where e is 1 on the
 * average of all macroblocks (VP8SetSegmentParams, SetSegmentAlphas): c is the
 * geometric mean. Measured on 5 pictures at 18 qualities: within 2 of the
 * quality asked for; the plain mean was up to 12 off.
 */
function middleOf(
  values: readonly number[],
  shares: readonly number[],
): number {
  // 127 would be the logarithm of 0.
  const log = values.reduce(
    (sum, value, index) =>
      sum + (shares[index] ?? 0) * Math.log(1 - Math.min(value, 126.5) / 127),
    0,
  );
  return 127 * (1 - Math.exp(log));
}

/** VP8's arithmetic decoder at even odds, all a frame header uses (RFC 6386, 7.3). */
class BoolReader {
  readonly #data: Uint8Array;
  #at = 2;
  #value: number;
  #range = 255;
  #shifts = 0;

  constructor(data: Uint8Array) {
    this.#data = data;
    this.#value = (data[0] ?? 0) * 256 + (data[1] ?? 0);
  }

  /** Whether more was read than there is: zeros stand in for what is missing. */
  get isExhausted(): boolean {
    return this.#at > this.#data.length;
  }

  flag(): boolean {
    const split = 1 + (((this.#range - 1) * 128) >> 8);
    const isSet = this.#value >= split * 256;
    if (isSet) this.#value -= split * 256;
    this.#range = isSet ? this.#range - split : split;
    while (this.#range < 128) {
      this.#value *= 2;
      this.#range *= 2;
      if (++this.#shifts === 8) {
        this.#shifts = 0;
        this.#value += this.#data[this.#at++] ?? 0;
      }
    }
    return isSet;
  }

  literal(bits: number): number {
    let value = 0;
    for (let index = 0; index < bits; index++)
      value = value * 2 + (this.flag() ? 1 : 0);
    return value;
  }

  /** A flag, then magnitude and sign when it is set; else 0. */
  optionalSigned(bits: number): number {
    if (!this.flag()) return 0;
    const magnitude = this.literal(bits);
    return this.flag() ? -magnitude : magnitude;
  }
}
