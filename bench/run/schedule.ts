// Decides in which order cases run: repeats interleaved and shuffled, so that a machine's drift falls on all cases alike.

/**
 * Every item `repeat` times, in an order that the seed (a 32-bit integer)
 * alone decides.
 */
export function schedule<T>(
  items: readonly T[],
  repeat: number,
  seed: number,
): T[] {
  const rounds = Array.from({ length: repeat }, () => items).flat();
  return shuffled(rounds, seed);
}

/** Fisher–Yates (Knuth, TAOCP 2, algorithm P). */
export function shuffled<T>(items: readonly T[], seed: number): T[] {
  const next = mulberry32(seed);
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const pick = Math.floor(next() * (last + 1));
    [order[last], order[pick]] = [order[pick]!, order[last]!];
  }
  return order;
}

/** Tommy Ettinger's mulberry32: small, and the same on every machine. Values are from 0 up to, not including, 1. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
