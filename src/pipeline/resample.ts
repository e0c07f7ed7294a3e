// Brings pixels to another size by Lanczos3 in linear light; exact but for rounding, pure arithmetic.

import type { RawPixels } from "../codecs/codec.ts";
import type { Size } from "../image/geometry.ts";
import { VectorMemory, wholeVectors } from "../vectors/memory.ts";
import { lanczosTaps } from "./lanczos.ts";
import type { Taps } from "./lanczos.ts";
import { linearTable, to16Bit, to8Bit } from "./linear-light.ts";
import {
  LANES,
  RESAMPLE_KERNELS,
  WEIGHED_ROWS,
  type ResampleKernel,
} from "./resample-kernels.ts";

/** The part of the source that the result shows, in source pixels, fractions allowed. */
export interface Window extends Size {
  readonly left: number;
  readonly top: number;
}

type Memory = VectorMemory<ResampleKernel>;

const FLOAT = 4;
const VECTOR = 16;

let shared: Memory | undefined;

/**
 * `pixels` (sRGB) resampled to `target`. Transparent colors weigh by their alpha.
 * Rows pass once, so that beside source and result it needs only some rows of
 * floats: (6 × reduction + 20) × 16 bytes per source column.
 */
export function resample(
  pixels: RawPixels,
  target: Size,
  window: Window = { left: 0, top: 0, ...pixels },
): RawPixels {
  const { channels } = pixels;
  const across = lanczosTaps(
    pixels.width,
    target.width,
    window.left,
    window.width,
  );
  const down = lanczosTaps(
    pixels.height,
    target.height,
    window.top,
    window.height,
  );
  const memory = (shared ??= new VectorMemory(RESAMPLE_KERNELS));
  memory.reset();
  const rows = new SourceRows(pixels, down, memory);
  const columns = new Columns(across, pixels, memory);
  const samples = target.width * target.height * channels;
  const result: RawPixels = {
    ...target,
    channels,
    data:
      pixels.data instanceof Uint16Array
        ? new Uint16Array(samples)
        : new Uint8Array(samples),
  };
  for (let y = 0; y < target.height; y += LANES) {
    const count = Math.min(LANES, target.height - y);
    for (let lane = 0; lane < count; lane++) {
      rows.weighInto(columns.rows[lane]!, y + lane);
    }
    columns.write(result, y, count);
  }
  return result;
}

/** The source's rows in linear light, as far back as a target row reaches. */
class SourceRows {
  readonly #pixels: RawPixels;
  readonly #taps: Taps;
  readonly #memory: Memory;
  readonly #ring: number[];
  readonly #weights: number;
  readonly #bytes: number;
  #loaded: number;

  constructor(pixels: RawPixels, taps: Taps, memory: Memory) {
    const floats = wholeVectors(pixels.width * pixels.channels);
    this.#pixels = pixels;
    this.#taps = taps;
    this.#memory = memory;
    this.#bytes = floats * FLOAT;
    this.#weights = memory.allocate(WEIGHED_ROWS * (VECTOR / FLOAT));
    this.#ring = Array.from({ length: taps.most }, () =>
      memory.allocate(floats),
    );
    this.#loaded = taps.first[0] ?? 0;
  }

  /** Writes what target row `y` is made of to the row at `address`; rows must be asked for in order. */
  weighInto(address: number, y: number): void {
    const { first, count, start, weights } = this.#taps;
    const from = first[y]!;
    const end = from + count[y]!;
    this.#loaded = Math.max(this.#loaded, from);
    while (this.#loaded < end) this.#load(this.#loaded++);
    const { floats, kernels } = this.#memory;
    floats.fill(0, address / FLOAT, (address + this.#bytes) / FLOAT);
    for (let row = from; row < end; row += WEIGHED_ROWS) {
      const group: number[] = [];
      for (let index = 0; index < WEIGHED_ROWS; index++) {
        const used = row + index < end;
        const weight = used ? weights[start[y]! + row + index - from]! : 0;
        const at = this.#weights / FLOAT + index * 4;
        floats.fill(weight, at, at + 4);
        group.push(this.#addressOf(used ? row + index : row));
      }
      kernels.weigh(address, ...group, this.#weights, this.#bytes);
    }
  }

  #addressOf(row: number): number {
    return this.#ring[row % this.#ring.length]!;
  }

  #load(row: number): void {
    const { data, width, channels } = this.#pixels;
    const { floats } = this.#memory;
    const table = linearTable(data);
    const length = width * channels;
    const from = row * length;
    const to = this.#addressOf(row) / FLOAT;
    if (channels === 1 || channels === 3) {
      for (let i = 0; i < length; i++) floats[to + i] = table[data[from + i]!]!;
      return;
    }
    const full = data instanceof Uint16Array ? 65_535 : 255;
    const last = channels - 1;
    for (let i = 0; i < length; i += channels) {
      const alpha = data[from + i + last]! / full;
      for (let c = 0; c < last; c++) {
        floats[to + i + c] = table[data[from + i + c]!]! * alpha;
      }
      floats[to + i + last] = alpha;
    }
  }
}

/** Sums four weighed rows along their columns and writes the samples of the result. */
class Columns {
  /** Addresses of the rows to sum, one per lane. */
  readonly rows: readonly number[];
  readonly #taps: Taps;
  readonly #memory: Memory;
  readonly #interleaved: number;
  readonly #weights: number;
  readonly #sums: number;
  readonly #bytes: number;

  constructor(
    taps: Taps,
    { width, channels }: Pick<RawPixels, "width" | "channels">,
    memory: Memory,
  ) {
    const floats = wholeVectors(width * channels);
    this.#taps = taps;
    this.#memory = memory;
    this.#bytes = floats * FLOAT;
    this.rows = Array.from({ length: LANES }, () => memory.allocate(floats));
    this.#interleaved = memory.allocate(floats * LANES);
    this.#sums = memory.allocate(channels * LANES);
    this.#weights = memory.allocate(taps.weights.length * LANES);
    const at = this.#weights / FLOAT;
    for (const [index, weight] of taps.weights.entries()) {
      memory.floats.fill(weight, at + index * LANES, at + (index + 1) * LANES);
    }
  }

  /** Writes `count` rows of `result` from row `y` on. */
  write(result: RawPixels, y: number, count: number): void {
    const { kernels, floats } = this.#memory;
    const { first, count: taps, start } = this.#taps;
    const { data, width, channels } = result;
    const sum = kernels[`sum${channels}`];
    const encode = data instanceof Uint16Array ? to16Bit : to8Bit;
    const full = data instanceof Uint16Array ? 65_535 : 255;
    const sums = this.#sums / FLOAT;
    const colors = channels === 2 || channels === 4 ? channels - 1 : channels;
    kernels.interleave(...this.rows, this.#interleaved, this.#bytes);
    for (let x = 0; x < width; x++) {
      sum(
        this.#interleaved + first[x]! * channels * VECTOR,
        this.#weights + start[x]! * VECTOR,
        this.#sums,
        taps[x]! * VECTOR,
      );
      for (let lane = 0; lane < count; lane++) {
        const to = ((y + lane) * width + x) * channels;
        const from = sums + lane;
        if (colors === channels) {
          for (let c = 0; c < colors; c++) {
            data[to + c] = encode(floats[from + c * LANES]!);
          }
          continue;
        }
        const alpha = floats[from + colors * LANES]!;
        const scale = alpha > 0 ? 1 / alpha : 0;
        for (let c = 0; c < colors; c++) {
          data[to + c] = encode(floats[from + c * LANES]! * scale);
        }
        data[to + colors] = Math.round(Math.min(1, Math.max(0, alpha)) * full);
      }
    }
  }
}
