// Sharpens what a reduction softened, leaving flat areas as they are; pure arithmetic over interleaved pixels.

import type { RawPixels } from "../codecs/codec.ts";

/**
 * Strength and width of ImageMagick's `-unsharp 0x0.75+0.75` as its 5×5
 * discrete kernel comes out: 1.75·δ − 0.75·Gauss(σ = 0.80) matches it within
 * one level (measured).
 */
const REFERENCE_AMOUNT = 0.75;
const SIGMA = 0.8;

/** Strongest amount, reached at an 8× reduction: beyond it edges ring visibly. */
const MAX_AMOUNT = 0.9;

/**
 * Levels (of 255) of local contrast below which a pixel is taken as flat and
 * not touched, and from which it is sharpened in full; linear between. The
 * reference's threshold of 0.008 is 1 level after its doubling; sensor noise
 * left by a 2× reduction is 1 to 2.
 */
const FLAT_LEVELS = 1;
const FULL_LEVELS = 3;

/**
 * The amount for a picture reduced `reduction` times (source px per target px):
 * nothing at 1, the reference from 2 to 4, a little more up to 8.
 */
export function unsharpAmount(reduction: number): number {
  const octaves = Math.log2(Math.max(1, reduction));
  if (octaves <= 2) return REFERENCE_AMOUNT * Math.min(1, octaves);
  const beyond = Math.min(1, octaves - 2);
  return REFERENCE_AMOUNT + beyond * (MAX_AMOUNT - REFERENCE_AMOUNT);
}

/*
 * The arithmetic is in 32-bit integers: luma in 1/256 levels (0 to 65280, for
 * 8- and 16-bit pixels alike), weights in 1/1024, amounts in 1/256. Floating
 * point took 0.16 CPU-s for 1.9 MP where this takes 0.07.
 */

/** The Gaussian's weights at 0, ±1, ±2 in 1/1024; they sum to 1024. */
const [W0, W1, W2] = integerWeights();

function integerWeights(): [number, number, number] {
  const at = (x: number): number => Math.exp(-(x * x) / (2 * SIGMA * SIGMA));
  const sum = at(0) + 2 * at(1) + 2 * at(2);
  const one = Math.round((1024 * at(1)) / sum);
  const two = Math.round((1024 * at(2)) / sum);
  return [1024 - 2 * one - 2 * two, one, two];
}

/**
 * Sharpens `pixels` in place: the same luma difference is added to every color
 * channel, so hues stay; alpha is not touched. Borders replicate. Works row by
 * row on a ring of five blurred lines, 40 bytes per column beside the pixels.
 */
export function unsharp(pixels: RawPixels, amount: number): void {
  const { height } = pixels;
  const rows = new BlurredRows(pixels);
  const last = height - 1;
  for (let y = 0; y < height; y++) {
    rows.fillTo(Math.min(y + 2, last));
    sharpenRow(pixels, y, Math.round(amount * 256), rows.luma(y), [
      rows.blurred(Math.max(y - 2, 0)),
      rows.blurred(Math.max(y - 1, 0)),
      rows.blurred(y),
      rows.blurred(Math.min(y + 1, last)),
      rows.blurred(Math.min(y + 2, last)),
    ]);
  }
}

type FiveRows = readonly [
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
  Int32Array,
];

function sharpenRow(
  { data, width, channels }: RawPixels,
  y: number,
  amount: number,
  luma: Int32Array,
  [a, b, c, d, e]: FiveRows,
): void {
  const deep = data instanceof Uint16Array;
  const max = deep ? 65535 : 255;
  const deltaShift = deep ? 8 : 16;
  const half = 1 << (deltaShift - 1);
  const flat = FLAT_LEVELS * 256;
  const full = FULL_LEVELS * 256;
  let at = y * width * channels;
  for (let x = 0; x < width; x++, at += channels) {
    const blurred =
      (W0 * c[x]! + W1 * (b[x]! + d[x]!) + W2 * (a[x]! + e[x]!)) >> 10;
    const difference = (luma[x + 2]! - blurred) | 0;
    if (difference <= flat && difference >= -flat) continue;
    const contrast = difference < 0 ? -difference : difference;
    const gain =
      contrast >= full
        ? amount
        : (((contrast - flat) * amount) / (full - flat)) | 0;
    const delta = (difference * gain + half) >> deltaShift;
    let value = data[at]! + delta;
    data[at] = value < 0 ? 0 : value > max ? max : value;
    if (channels < 3) continue;
    value = data[at + 1]! + delta;
    data[at + 1] = value < 0 ? 0 : value > max ? max : value;
    value = data[at + 2]! + delta;
    data[at + 2] = value < 0 ? 0 : value > max ? max : value;
  }
}

/** Luma lines (two replicated samples on either side) and their horizontal blurs for the five rows in use. */
class BlurredRows {
  readonly #pixels: RawPixels;
  readonly #luma: Int32Array[] = [];
  readonly #blurred: Int32Array[] = [];
  #filled = -1;

  constructor(pixels: RawPixels) {
    this.#pixels = pixels;
    for (let i = 0; i < 5; i++) {
      this.#luma.push(new Int32Array(pixels.width + 4));
      this.#blurred.push(new Int32Array(pixels.width));
    }
  }

  luma(y: number): Int32Array {
    return this.#luma[y % 5]!;
  }

  blurred(y: number): Int32Array {
    return this.#blurred[y % 5]!;
  }

  /** Makes rows up to `y` available; row `y` − 5 gives way. */
  fillTo(y: number): void {
    while (this.#filled < y) {
      this.#filled++;
      readLuma(this.#pixels, this.#filled, this.luma(this.#filled));
      blurRow(this.luma(this.#filled), this.blurred(this.#filled));
    }
  }
}

function readLuma(
  { data, width, channels }: RawPixels,
  y: number,
  line: Int32Array,
): void {
  const shift = data instanceof Uint16Array ? 8 : 0;
  let at = y * width * channels;
  if (channels < 3) {
    for (let x = 2; x < width + 2; x++, at += channels) {
      line[x] = (data[at]! * 256) >> shift;
    }
  } else {
    // ITU-R BT.601 luma, the weights of JPEG's own Y, in 1/256.
    for (let x = 2; x < width + 2; x++, at += channels) {
      line[x] =
        (77 * data[at]! + 150 * data[at + 1]! + 29 * data[at + 2]!) >> shift;
    }
  }
  line[0] = line[1] = line[2]!;
  line[width + 2] = line[width + 3] = line[width + 1]!;
}

function blurRow(line: Int32Array, out: Int32Array): void {
  for (let x = 0; x < out.length; x++) {
    out[x] =
      (W0 * line[x + 2]! +
        W1 * (line[x + 1]! + line[x + 3]!) +
        W2 * (line[x]! + line[x + 4]!)) >>
      10;
  }
}
