// Noise that is the same in every run: a picture whose coded bytes no test may be surprised by.

import sharp, { type Sharp } from "sharp";

/** 32 bits at a time, the same each time (xorshift, Marsaglia 2003). */
export function randomBits(): () => number {
  let state = 2463534242;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state;
  };
}

/** An RGB picture of even noise, not yet encoded: what encoders take longest over. */
export function noise(width: number, height: number): Sharp {
  const data = new Uint8Array(width * height * 3);
  const bits = randomBits();
  for (let at = 0; at < data.length; at++) data[at] = bits() & 255;
  return sharp(data, { raw: { width, height, channels: 3 } });
}
