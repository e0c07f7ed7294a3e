// Seeded randomness in 32-bit integers, equal on every machine; decides no distribution but the uniform and the grain.

/** The next unsigned 32-bit integer of a sequence. */
export type Random = () => number;

/** Mulberry32 (Tommy Ettinger, 2017): a period of 2^32, enough for 24 MP at three draws each. */
export function randomFrom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** An unsigned 32-bit integer for a place on a grid (finalizer of MurmurHash3). */
export function hashAt(x: number, y: number, seed: number): number {
  let mixed =
    Math.imul(x, 0x9e3779b1) ^ Math.imul(y, 0x85ebca77) ^ Math.imul(seed, 77);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** A whole number from 0 to `limit` - 1. */
export function below(random: Random, limit: number): number {
  return random() % limit;
}

/** Standard deviation of the sum of four uniform bytes: sqrt(4 · (256² − 1) / 12). */
const FOUR_BYTES = 147.8;

/** Sensor grain: nearly Gaussian, mean 0, deviation 1, within ±3.5; the sum of a draw's four bytes. */
export function grain(random: Random): number {
  const draw = random();
  const sum =
    (draw & 255) + ((draw >>> 8) & 255) + ((draw >>> 16) & 255) + (draw >>> 24);
  return (sum - 510) / FOUR_BYTES;
}
