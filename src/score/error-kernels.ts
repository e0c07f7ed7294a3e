// Decides what counts as an error at a pixel, and sums it along rows; it does
// not decide how much an error counts.

import {
  abs,
  add,
  at,
  constant,
  divide,
  get,
  larger,
  load,
  multiply,
  negate,
  set,
  store,
  subtract,
  type Code,
  type Kernel,
} from "../vectors/encoding.ts";

// Steadies the ratio of variances where both images are flat.
const C2 = 0.0009;

const square = (local: number) => multiply(get(local), get(local));

/** From rows a and b to rows of a² + b² and (a - b)². */
export const squares: Kernel = (() => {
  const params = 4;
  const [a, b, difference] = [params + 2, params + 3, params + 4];
  const each = [
    ...set(a, load(at(params, 0))),
    ...set(b, load(at(params, 1))),
    ...set(difference, subtract(get(a), get(b))),
    ...store(at(params, 2), add(square(a), square(b))),
    ...store(at(params, 3), square(difference)),
  ];
  return { params, vectors: 3, each, after: [] };
})();

/** Adds a local to a running sum, and its fourth power to the next local. */
function accumulate(value: number, sum: number, scratch: number): Code {
  return [
    ...set(sum, add(get(sum), get(value))),
    ...set(scratch, square(value)),
    ...set(sum + 1, add(get(sum + 1), square(scratch))),
  ];
}

function storeSums(address: number, first: number, count: number): Code {
  return Array.from({ length: count }, (_, index) =>
    store(get(address), get(first + index), index * 16),
  ).flat();
}

/**
 * From blurred a, b, a² + b² and (a - b)² to four-lane sums of the structural
 * error d and of d⁴, stored at the fifth address.
 *
 * The reference has d = 1 - m (2 cov(a, b) + C2) / (var a + var b + C2), with
 * m = 1 - (mean a - mean b)². As var a + var b - 2 cov(a, b) = var(a - b), this
 * is (1 - m) + m var(a - b) / (var a + var b + C2): one blur fewer, and equal
 * images give exactly 0 in single precision.
 */
export const structure: Kernel = (() => {
  const params = 5;
  const first = params + 2;
  const [a, b, gap, d, scratch, sum] = [
    first,
    first + 1,
    first + 2,
    first + 3,
    first + 4,
    first + 5,
  ];
  const variances = subtract(load(at(params, 2)), add(square(a), square(b)));
  const ratio = divide(
    subtract(load(at(params, 3)), get(gap)),
    add(variances, constant(C2)),
  );
  const error = add(get(gap), multiply(subtract(constant(1), get(gap)), ratio));
  const each = [
    ...set(a, load(at(params, 0))),
    ...set(b, load(at(params, 1))),
    ...set(gap, subtract(get(a), get(b))),
    ...set(gap, square(gap)),
    ...set(d, larger(error, constant(0))),
    ...accumulate(d, sum, scratch),
  ];
  return { params, vectors: 7, each, after: storeSums(4, sum, 2) };
})();

/**
 * From a, blurred a, b and blurred b to four-lane sums, stored at the fifth
 * address, of artifacts (b has an edge where a has less) and their fourth
 * powers, then of lost detail (the reverse) and its fourth powers.
 */
export const edges: Kernel = (() => {
  const params = 5;
  const first = params + 2;
  const [edge, ratio, error, scratch, sum] = [
    first,
    first + 1,
    first + 2,
    first + 3,
    first + 4,
  ];
  const contrast = (row: number) =>
    abs(subtract(load(at(params, row)), load(at(params, row + 1))));
  const each = [
    ...set(edge, contrast(0)),
    ...set(
      ratio,
      divide(subtract(contrast(2), get(edge)), add(get(edge), constant(1))),
    ),
    ...set(error, larger(get(ratio), constant(0))),
    ...accumulate(error, sum, scratch),
    ...set(error, larger(negate(get(ratio)), constant(0))),
    ...accumulate(error, sum + 2, scratch),
  ];
  return { params, vectors: 8, each, after: storeSums(4, sum, 4) };
})();
