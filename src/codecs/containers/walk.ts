// Lets one description of a container's structure run over a bounded reader and over bytes in memory alike.

import type { ByteReader } from "./reader.ts";

/** What a walk asks for next: up to `length` bytes at `offset`. */
export interface Ask {
  readonly offset: number;
  readonly length: number;
}

/**
 * A walk over a container. It yields what it wants to see, is resumed with
 * those bytes (fewer at the end of the data), and returns what it found.
 */
export type Walk<T> = Generator<Ask, T, Uint8Array>;

/** Runs a walk over a bounded reader. */
export async function walkReader<T>(
  reader: ByteReader,
  walk: Walk<T>,
): Promise<T> {
  let step = walk.next();
  while (!step.done) {
    step = walk.next(await reader.read(step.value.offset, step.value.length));
  }
  return step.value;
}

/** Runs a walk over bytes in memory. */
export function walkBytes<T>(bytes: Uint8Array, walk: Walk<T>): T {
  let step = walk.next();
  while (!step.done) {
    const { offset, length } = step.value;
    step = walk.next(bytes.subarray(offset, offset + length));
  }
  return step.value;
}
