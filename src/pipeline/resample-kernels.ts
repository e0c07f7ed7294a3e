// The SIMD loops of a resampling: rows weighed together, four rows interleaved, and a run of taps summed.

import {
  add,
  at,
  get,
  load,
  multiply,
  set,
  shuffle,
  store,
  type Code,
  type Kernel,
} from "../vectors/encoding.ts";

/** Rows that `weigh` takes at once. */
export const WEIGHED_ROWS = 4;
/** Rows that lie side by side after `interleave`, one per SIMD lane. */
export const LANES = 4;

/** Adds four rows, each times its weight, to a row. Parameters: the sum, four rows, four weights (each four times over). */
const weigh: Kernel = (() => {
  const params = 6;
  const rows = [1, 2, 3, 4];
  const sum = rows.reduce<Code>(
    (total, row, index) =>
      add(total, multiply(load(at(params, row)), load(get(5), 16 * index))),
    load(at(params, 0)),
  );
  return { params, vectors: 0, each: store(at(params, 0), sum), after: [] };
})();

/** Puts four rows side by side, sample by sample. Parameters: the four rows, the result (four times as long). */
const interleave: Kernel = (() => {
  const params = 5;
  const [a, b, c, d] = [7, 8, 9, 10];
  const low = [0, 4, 1, 5];
  const high = [2, 6, 3, 7];
  const position = get(params + 1);
  const target: Code = [
    ...at(params, 4),
    ...[position, position, position].flatMap((more) => [...more, 0x6a]),
  ];
  const pairs = (x: number, y: number, lanes: readonly number[]): Code =>
    shuffle(get(x), get(y), lanes);
  const [ab, cd] = [11, 12];
  return {
    params,
    vectors: 6,
    each: [
      ...[a, b, c, d].flatMap((local, row) => [
        ...set(local, load(at(params, row))),
      ]),
      ...set(ab, pairs(a, b, low)),
      ...set(cd, pairs(c, d, low)),
      ...store(target, pairs(ab, cd, [0, 1, 4, 5]), 0),
      ...store(target, pairs(ab, cd, [2, 3, 6, 7]), 16),
      ...set(ab, pairs(a, b, high)),
      ...set(cd, pairs(c, d, high)),
      ...store(target, pairs(ab, cd, [0, 1, 4, 5]), 32),
      ...store(target, pairs(ab, cd, [2, 3, 6, 7]), 48),
    ],
    after: [],
  };
})();

/**
 * Sums weighed samples of `channels` interleaved channels in four rows.
 * Parameters: the first sample, the weights (each four times over), the result
 * (one vector per channel); the length is the weights'.
 */
function sumTaps(channels: number): Kernel {
  const params = 3;
  const sums = Array.from({ length: channels }, (_, index) => 5 + index);
  const weight = 5 + channels;
  const position = get(params + 1);
  const sample: Code = [
    ...get(0),
    ...Array.from({ length: channels }, () => [...position, 0x6a]).flat(),
  ];
  return {
    params,
    vectors: channels + 1,
    each: [
      ...set(weight, load(at(params, 1))),
      ...sums.flatMap((sum, index) =>
        set(
          sum,
          add(get(sum), multiply(get(weight), load(sample, 16 * index))),
        ),
      ),
    ],
    after: sums.flatMap((sum, index) => store(get(2), get(sum), 16 * index)),
  };
}

export const RESAMPLE_KERNELS = {
  weigh,
  interleave,
  sum1: sumTaps(1),
  sum2: sumTaps(2),
  sum3: sumTaps(3),
  sum4: sumTaps(4),
} as const;

export type ResampleKernel = keyof typeof RESAMPLE_KERNELS;
