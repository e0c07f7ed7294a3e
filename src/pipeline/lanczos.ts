// The weights of a Lanczos3 resampling along one axis; knows no pixels.

/** Lobes on each side (Lanczos3). */
const LOBES = 3;

/** What of the source goes into each target sample. */
export interface Taps {
  /** First source sample of each target sample. */
  readonly first: Int32Array;
  /** Source samples of each target sample. */
  readonly count: Int32Array;
  /** Weights, all target samples' one after the other; each one's sum to 1. */
  readonly weights: Float32Array;
  /** Where each target sample's weights begin. */
  readonly start: Int32Array;
  /** The most source samples that one target sample takes. */
  readonly most: number;
}

/**
 * Taps from `length` source samples to `target` ones that stand for the source's
 * `span` samples from `from` on. Reducing widens the filter with the ratio, so
 * that nothing aliases; beyond the edges the last sample repeats.
 */
export function lanczosTaps(
  length: number,
  target: number,
  from: number,
  span: number,
): Taps {
  const scale = span / target;
  const widening = Math.max(1, scale);
  const reach = LOBES * widening;
  const most = Math.min(length, Math.floor(2 * reach) + 2);
  const first = new Int32Array(target);
  const count = new Int32Array(target);
  const start = new Int32Array(target);
  const weights = new Float32Array(target * most);
  let used = 0;
  for (let at = 0; at < target; at++) {
    const center = from + (at + 0.5) * scale - 0.5;
    const low = Math.ceil(center - reach);
    const high = Math.floor(center + reach);
    const clamped = (index: number): number =>
      Math.min(length - 1, Math.max(0, index));
    first[at] = clamped(low);
    count[at] = clamped(high) - clamped(low) + 1;
    start[at] = used;
    let sum = 0;
    for (let index = low; index <= high; index++) {
      const weight = lanczos((index - center) / widening);
      weights[used + clamped(index) - clamped(low)]! += weight;
      sum += weight;
    }
    for (let index = used; index < used + count[at]!; index++) {
      weights[index]! /= sum;
    }
    used += count[at]!;
  }
  return { first, count, start, weights: weights.subarray(0, used), most };
}

function lanczos(x: number): number {
  if (Math.abs(x) >= LOBES) return 0;
  if (Math.abs(x) < 1e-9) return 1;
  const angle = Math.PI * x;
  return (LOBES * Math.sin(angle) * Math.sin(angle / LOBES)) / (angle * angle);
}
