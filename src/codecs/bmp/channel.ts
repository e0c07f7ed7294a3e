// What a channel's mask means: where its bits are, and which 8-bit value they stand for.

/** Whether the set bits of a 32-bit mask stand together; true for none. */
export function isRun(mask: number): boolean {
  return Number.isInteger(bitsIn(mask));
}

/** Set bits of a mask whose bits stand together. */
export function bitsIn(mask: number): number {
  return mask === 0 ? 0 : Math.log2(mask / 2 ** lowestBit(mask) + 1);
}

function lowestBit(mask: number): number {
  return 31 - Math.clz32(mask & -mask);
}

/** How to read one channel: `values[(pixel >>> shift) & (values.length - 1)]`. */
export interface Channel {
  readonly shift: number;
  readonly values: Uint8Array;
}

/** Bits of a channel that decide its 8-bit value; lower ones change it by less than 1/256. */
const MAX_BITS = 16;

/**
 * The reader of a mask's channel. A value v of n bits stands for
 * round(255 v / (2^n - 1)), as in Chrome and Firefox; a channel without bits is
 * `absent` throughout.
 */
export function channelOf(mask: number, absent: number): Channel {
  if (mask === 0) return { shift: 0, values: Uint8Array.of(absent) };
  const bits = bitsIn(mask);
  const kept = Math.min(bits, MAX_BITS);
  const most = 2 ** kept - 1;
  return {
    shift: lowestBit(mask) + bits - kept,
    values: Uint8Array.from({ length: 2 ** kept }, (_, value) =>
      Math.round((value * 255) / most),
    ),
  };
}
