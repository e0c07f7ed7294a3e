// Decides how one channel's rows at one scale become sums of its error maps;
// it does not decide which channels or scales are worth it.

import { BLUR_REACH } from "./row-kernels.ts";
import { wholeVectors } from "../vectors/memory.ts";
import type { RowMemory } from "./row-memory.ts";

const BLUR_ROWS = 2 * BLUR_REACH + 1;
const KEPT_ROWS = BLUR_REACH + 1;
const FLOAT = 4;

/** The part of a plane whose errors count, in its own pixels. */
export interface Window {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Which error maps to sum. */
export interface ErrorMaps {
  readonly structure: boolean;
  readonly edges: boolean;
}

/**
 * Takes the rows of a channel of both images in step, and holds no more of them
 * than the blur spans. Outside the plane the blur reads zeros.
 */
export class ChannelErrors {
  /**
   * Sums over the window: structural error, artifacts, lost detail, then the
   * fourth powers of each. Complete after `finish`; zero for maps not summed.
   */
  readonly sums = new Float64Array(6);
  readonly #memory: RowMemory;
  readonly #width: number;
  readonly #window: Window;
  readonly #maps: ErrorMaps;
  readonly #rowBytes: number;
  readonly #windowBytes: number;
  // Pairs of rows, reference and distorted, each with zeros at both ends.
  readonly #kept: readonly (readonly [number, number])[];
  readonly #squares: readonly [number, number];
  // Per quantity to blur, in the order of `#blurred`: nine rows blurred along.
  readonly #rings: readonly (readonly number[])[];
  readonly #blurred: readonly [number, number, number, number];
  readonly #laneSums: number;
  #next = 0;

  constructor(
    memory: RowMemory,
    width: number,
    window: Window,
    maps: ErrorMaps,
  ) {
    this.#memory = memory;
    this.#width = width;
    this.#window = window;
    this.#maps = maps;
    const row = wholeVectors(width);
    this.#rowBytes = row * FLOAT;
    this.#windowBytes = wholeVectors(window.right - window.left) * FLOAT;
    const padded = () => memory.allocate(row + 2 * BLUR_REACH);
    this.#kept = Array.from(
      { length: KEPT_ROWS },
      () => [padded(), padded()] as const,
    );
    this.#squares = [padded(), padded()];
    this.#rings = Array.from({ length: maps.structure ? 4 : 2 }, () =>
      Array.from({ length: BLUR_ROWS }, () => memory.allocate(row)),
    );
    const spare = () => memory.allocate(row + BLUR_REACH);
    this.#blurred = [spare(), spare(), spare(), spare()];
    this.#laneSums = memory.allocate(16);
  }

  /** Byte addresses for the next row of the reference and of the distorted. */
  nextRows(): readonly [number, number] {
    const [a, b] = this.#kept[this.#next % KEPT_ROWS]!;
    return [a + BLUR_REACH * FLOAT, b + BLUR_REACH * FLOAT];
  }

  /** Takes in the rows written where `nextRows` said. */
  push(): void {
    const { kernels } = this.#memory;
    const [a, b] = this.#kept[this.#next % KEPT_ROWS]!;
    this.#clearAfter(a, BLUR_REACH + this.#width);
    this.#clearAfter(b, BLUR_REACH + this.#width);
    const sources = [a, b];
    if (this.#maps.structure) {
      const start = BLUR_REACH * FLOAT;
      const [sum, difference] = this.#squares;
      kernels.squares(
        a + start,
        b + start,
        sum + start,
        difference + start,
        this.#rowBytes,
      );
      sources.push(sum, difference);
    }
    const slot = this.#next % BLUR_ROWS;
    for (const [index, source] of sources.entries())
      kernels.blurAlong(source, this.#rings[index]![slot]!, this.#rowBytes);
    this.#next++;
    this.#sumRow(this.#next - 1 - BLUR_REACH);
  }

  /** Sums the rows that were waiting for those below them. */
  finish(): void {
    const { floats } = this.#memory;
    for (let i = 0; i < BLUR_REACH; i++) {
      const slot = this.#next % BLUR_ROWS;
      for (const ring of this.#rings) {
        const start = ring[slot]! / FLOAT;
        floats.fill(0, start, start + this.#rowBytes / FLOAT);
      }
      this.#next++;
      this.#sumRow(this.#next - 1 - BLUR_REACH);
    }
  }

  #sumRow(y: number): void {
    const { left, top, right, bottom } = this.#window;
    if (y < top || y >= bottom) return;
    const { kernels, floats } = this.#memory;
    const bytes = this.#windowBytes;
    const shift = left * FLOAT;
    for (const [index, ring] of this.#rings.entries()) {
      const row = (offset: number) =>
        ring[(y + offset + BLUR_ROWS) % BLUR_ROWS]! + shift;
      const target = this.#blurred[index]!;
      kernels.blurAcross(
        row(-4),
        row(-3),
        row(-2),
        row(-1),
        row(0),
        row(1),
        row(2),
        row(3),
        row(4),
        target,
        bytes,
      );
      this.#clearAfter(target, right - left);
    }
    const [blurredA, blurredB, sum, difference] = this.#blurred;
    const out = this.#laneSums;
    if (this.#maps.structure) {
      kernels.structure(blurredA, blurredB, sum, difference, out, bytes);
      this.sums[0]! += addLanes(floats, out, 0);
      this.sums[3]! += addLanes(floats, out, 1);
    }
    if (this.#maps.edges) {
      const [a, b] = this.#kept[y % KEPT_ROWS]!;
      this.#clearAfter(a, BLUR_REACH + right);
      this.#clearAfter(b, BLUR_REACH + right);
      const start = BLUR_REACH * FLOAT + shift;
      kernels.edges(a + start, blurredA, b + start, blurredB, out, bytes);
      this.sums[1]! += addLanes(floats, out, 0);
      this.sums[4]! += addLanes(floats, out, 1);
      this.sums[2]! += addLanes(floats, out, 2);
      this.sums[5]! += addLanes(floats, out, 3);
    }
  }

  // A kernel works on whole vectors. Zeros in the lanes past the end make its
  // error there exactly 0, and are what the blur should read there.
  #clearAfter(address: number, count: number): void {
    const end = address / FLOAT + count;
    const { floats } = this.#memory;
    floats[end] = 0;
    floats[end + 1] = 0;
    floats[end + 2] = 0;
    floats[end + 3] = 0;
  }
}

function addLanes(
  floats: Float32Array,
  address: number,
  vector: number,
): number {
  const i = address / FLOAT + vector * 4;
  return floats[i]! + floats[i + 1]! + floats[i + 2]! + floats[i + 3]!;
}
