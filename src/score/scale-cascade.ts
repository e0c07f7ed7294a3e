// Decides which channels are measured at each scale and feeds each scale from
// the one before; it does not decide what an error is or how much it counts.

import { ChannelErrors, type Window } from "./channel-errors.ts";
import { channelWeights, type ErrorTotals } from "./error-weights.ts";
import { wholeVectors } from "../vectors/memory.ts";
import type { RowMemory } from "./row-memory.ts";

const FLOAT = 4;
const PLANES = 6;

type Addresses = readonly number[];

/** A plane's shape, and what part of it counts: null to pass rows on only. */
export interface ScalePlan {
  readonly width: number;
  readonly height: number;
  readonly window: Window | null;
}

/** One scale of the comparison of two images and, through it, all below. */
export class Scale {
  readonly #memory: RowMemory;
  readonly #index: number;
  readonly #plan: ScalePlan;
  // X, Y and B; null where no weight makes a difference.
  readonly #channels: readonly (ChannelErrors | null)[];
  readonly #next: Scale | null;
  // Two rows of linear red, green and blue of each image, to halve together.
  readonly #inputs: readonly [Addresses, Addresses];
  readonly #unused: number;
  #y = 0;

  /**
   * Takes plans from 1:1 on, each half the one before, rounded up; `index` is
   * that of this scale.
   */
  constructor(memory: RowMemory, plans: readonly ScalePlan[], index = 0) {
    const plan = plans[index]!;
    this.#memory = memory;
    this.#index = index;
    this.#plan = plan;
    this.#channels = [0, 1, 2].map((channel) =>
      channelErrors(memory, plan, channelWeights(channel, index)),
    );
    const nextWidth = wholeVectors(Math.ceil(plan.width / 2));
    const rows = () =>
      Array.from({ length: PLANES }, () => memory.allocate(2 * nextWidth));
    this.#inputs = [rows(), rows()];
    this.#unused = memory.allocate(wholeVectors(plan.width));
    this.#next =
      index + 1 < plans.length ? new Scale(memory, plans, index + 1) : null;
  }

  /**
   * Where to write the next row: byte addresses of linear red, green and blue
   * of the reference, then of the distorted image.
   */
  nextRows(): Addresses {
    return this.#inputs[this.#y % 2 === 0 ? 0 : 1];
  }

  /** Takes in the row written where `nextRows` said. */
  push(): void {
    if (this.#plan.window) this.#measure(this.nextRows());
    const isLast = this.#y === this.#plan.height - 1;
    if (this.#next && (this.#y % 2 === 1 || isLast)) this.#halve(this.#next);
    this.#y++;
    if (isLast) for (const channel of this.#channels) channel?.finish();
  }

  /** Adds the errors of this scale and all below, once every row is in. */
  addTo(totals: ErrorTotals): void {
    const { window } = this.#plan;
    if (window) {
      const rows = window.bottom - window.top;
      totals.addPixels(this.#index, rows * (window.right - window.left));
    }
    for (const [channel, errors] of this.#channels.entries())
      if (errors) totals.addErrors(channel, this.#index, errors.sums);
    this.#next?.addTo(totals);
  }

  #measure(rows: Addresses): void {
    const { kernels } = this.#memory;
    const [x, y, b] = this.#channels;
    const bytes = wholeVectors(this.#plan.width) * FLOAT;
    for (const image of [0, 1] as const) {
      const first = image * 3;
      const red = rows[first]!;
      const green = rows[first + 1]!;
      const blue = rows[first + 2]!;
      const toX = x ? x.nextRows()[image] : this.#unused;
      const toY = y ? y.nextRows()[image] : this.#unused;
      const toB = b ? b.nextRows()[image] : this.#unused;
      if (x || b) kernels.opponent(red, green, blue, toX, toY, toB, bytes);
      else kernels.luma(red, green, blue, toY, bytes);
    }
    for (const channel of this.#channels) channel?.push();
  }

  #halve(next: Scale): void {
    const { kernels, floats } = this.#memory;
    const { width } = this.#plan;
    const [even, odd] = this.#inputs;
    // A missing last row or column is a copy of the one before it.
    const bottom = this.#y % 2 === 1 ? odd : even;
    const bytes = wholeVectors(next.#plan.width) * FLOAT;
    const targets = next.nextRows();
    for (let plane = 0; plane < PLANES; plane++) {
      const pair = [even[plane]!, bottom[plane]!] as const;
      if (width % 2 === 1)
        for (const row of pair) {
          const end = row / FLOAT + width;
          floats[end] = floats[end - 1]!;
        }
      kernels.halve(...pair, targets[plane]!, bytes);
    }
    next.push();
  }
}

function channelErrors(
  memory: RowMemory,
  { width, window }: ScalePlan,
  weights: readonly number[],
): ChannelErrors | null {
  if (!window || weights.every((weight) => weight === 0)) return null;
  const structure = weights[0]! + weights[3]! > 0;
  const edges = weights.some((weight, norm) => norm % 3 > 0 && weight > 0);
  return new ChannelErrors(memory, width, window, { structure, edges });
}
