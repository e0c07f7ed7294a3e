// Decides how rows of linear RGB become rows of SSIMULACRA2's XYB; it does not
// decide which channels are worth it.

import {
  add,
  at,
  constant,
  get,
  load,
  multiply,
  set,
  sqrt,
  store,
  subtract,
  tee,
  type Code,
  type Kernel,
} from "../vectors/encoding.ts";

// The JPEG XL opsin absorbance matrix and bias: linear RGB to the responses of
// long, medium and short cones.
const LONG = [0.3, 0.622, 0.078] as const;
const MEDIUM = [0.23, 0.692, 0.078] as const;
const SHORT = [
  0.24342268924547819, 0.20476744424496821, 0.5518098665095535,
] as const;
const BIAS = 0.0037930732552754493;

// SSIMULACRA2 shifts and stretches XYB so that sRGB fills about 0 to 1 in each
// channel: X * 14 + 0.42, Y + 0.01, (B - Y) + 0.55. The cube root of the bias,
// which XYB subtracts from each cone, is folded in here: it cancels in X and
// in B - Y.
const X_GAIN = 14 / 2;
const X_SHIFT = 0.42;
const Y_SHIFT = 0.01 - Math.cbrt(BIAS);
const B_SHIFT = 0.55;

// A cone response lies between the bias and 1 + the bias. Over that range
// x^(1/3) = t^(4/3), with t = x^(1/4), is smooth enough for a polynomial in t
// (interpolated at Chebyshev nodes); its error is below 3e-6, a thousandth of
// an 8-bit step. Hardware has square roots in four lanes, and no cube roots.
const CUBE_ROOT = [
  -0.00973523362, 0.455299136, 1.06311986, -1.01728575, 0.823917655,
  -0.400005444, 0.0846907369,
] as const;

function cubeRoot(value: Code, scratch: number): Code {
  const powers = CUBE_ROOT.toReversed();
  return powers
    .slice(1)
    .reduce<Code>(
      (result, coefficient, index) =>
        add(
          multiply(
            result,
            index === 0 ? tee(scratch, sqrt(sqrt(value))) : get(scratch),
          ),
          constant(coefficient),
        ),
      constant(powers[0] ?? 0),
    );
}

/** Weighted sum of red, green and blue in locals `first` to `first + 2`. */
function cone(weights: readonly [number, number, number], first: number): Code {
  const [red, green, blue] = weights.map((weight, index) =>
    multiply(get(first + index), constant(weight)),
  ) as [Code, Code, Code];
  return add(add(red, green), add(blue, constant(BIAS)));
}

/** From rows of linear red, green and blue to a row of shifted Y. */
export const luma: Kernel = (() => {
  const params = 4;
  const red = params + 2;
  const root = red + 3;
  const read = [0, 1, 2].flatMap((c) => set(red + c, load(at(params, c))));
  const long = cubeRoot(cone(LONG, red), root);
  const medium = cubeRoot(cone(MEDIUM, red), root);
  const y = add(multiply(add(long, medium), constant(0.5)), constant(Y_SHIFT));
  const each = [...read, ...store(at(params, 3), y)];
  return { params, vectors: 4, each, after: [] };
})();

/** From rows of linear red, green and blue to rows of shifted X, Y and B. */
export const opponent: Kernel = (() => {
  const params = 6;
  const red = params + 2;
  const [root, long, medium, half] = [red + 3, red + 4, red + 5, red + 6];
  const x = multiply(subtract(get(long), get(medium)), constant(X_GAIN));
  const short = cubeRoot(cone(SHORT, red), root);
  const each = [
    ...[0, 1, 2].flatMap((c) => set(red + c, load(at(params, c)))),
    ...set(long, cubeRoot(cone(LONG, red), root)),
    ...set(medium, cubeRoot(cone(MEDIUM, red), root)),
    ...set(half, multiply(add(get(long), get(medium)), constant(0.5))),
    ...store(at(params, 3), add(x, constant(X_SHIFT))),
    ...store(at(params, 4), add(get(half), constant(Y_SHIFT))),
    ...store(at(params, 5), add(subtract(short, get(half)), constant(B_SHIFT))),
  ];
  return { params, vectors: 7, each, after: [] };
})();
