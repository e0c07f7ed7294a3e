// The dice of the fuzzer: the same throws for the same seed, so that what broke can be broken again.

export interface Dice {
  /** A whole number from 0 up to, and without, `below`. */
  readonly below: (below: number) => number;
  readonly oneOf: <T>(values: readonly T[]) => T;
  /** Whether something of this probability happens. */
  readonly chance: (probability: number) => boolean;
}

/** Marsaglia's xorshift (2003) in 32 bits. */
export function diceOf(seed: number): Dice {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0 || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  const below = (limit: number): number => next() % Math.max(1, limit);
  return {
    below,
    oneOf: (values) => values[below(values.length)]!,
    chance: (probability) => next() < probability * 2 ** 32,
  };
}
