// Decides how rows are blurred and halved, and gathers all loops over rows; it does not decide which rows to feed them.
//
// Why WebAssembly: the same loops over Float32Array, in plain TypeScript, took
// 0.39 to 0.43 CPU-s per megapixel of a comparison; these take 0.055 (Xeon at
// 2.5 GHz, best of 5, photographs of 2 to 15 megapixels).

import { edges, squares, structure } from "./error-kernels.ts";
import { luma, opponent } from "./opsin-kernels.ts";
import {
  add,
  at,
  atDouble,
  constant,
  get,
  load,
  multiply,
  set,
  shuffle,
  store,
  type Code,
  type Kernel,
} from "../vectors/encoding.ts";

// The weights of the recursive Gaussian (Charalampidis 2016, three truncated
// cosines, sigma 1.5, radius 5) that the reference runs. Its impulse response
// is exactly these nine taps, so we convolve: no feedback, hence no drift of
// rounding errors along a row, and every pixel independent of the next.
export const BLUR_TAPS = [
  0.2646211054881986, 0.21292859201042227, 0.10933537277746035,
  0.03601111465836439, 0.00941436780965374,
] as const;

/** Pixels beyond each side of a row that the blur reads. */
export const BLUR_REACH = 4;

function blurred(tap: (index: number) => Code): Code {
  const [centre, ...sides] = BLUR_TAPS;
  return sides.reduce<Code>(
    (sum, weight, index) =>
      add(
        sum,
        multiply(
          add(tap(BLUR_REACH - 1 - index), tap(BLUR_REACH + 1 + index)),
          constant(weight),
        ),
      ),
    multiply(tap(BLUR_REACH), constant(centre)),
  );
}

/** Blurs along a row; the source address is `BLUR_REACH` floats early. */
const blurAlong: Kernel = {
  params: 2,
  vectors: 0,
  each: store(
    at(2, 1),
    blurred((index) => load(at(2, 0), index * 4)),
  ),
  after: [],
};

/** Blurs across nine rows, given top to bottom, into a tenth. */
const blurAcross: Kernel = {
  params: 10,
  vectors: 0,
  each: store(
    at(10, 9),
    blurred((index) => load(at(10, index))),
  ),
  after: [],
};

/** The mean of each 2x2 block of two rows, which are twice as long. */
const halve: Kernel = (() => {
  const params = 3;
  const [left, right] = [params + 2, params + 3];
  const pair = (offset: number) =>
    add(load(atDouble(params, 0), offset), load(atDouble(params, 1), offset));
  const each = [
    ...set(left, pair(0)),
    ...set(right, pair(16)),
    ...store(
      at(params, 2),
      multiply(
        add(
          shuffle(get(left), get(right), [0, 2, 4, 6]),
          shuffle(get(left), get(right), [1, 3, 5, 7]),
        ),
        constant(0.25),
      ),
    ),
  ];
  return { params, vectors: 2, each, after: [] };
})();

export const ROW_KERNELS = {
  luma,
  opponent,
  squares,
  blurAlong,
  blurAcross,
  structure,
  edges,
  halve,
} as const;

export type RowKernel = keyof typeof ROW_KERNELS;
