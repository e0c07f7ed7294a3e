// Noise that is the same in every run: a picture whose coded bytes no test may be surprised by.

import sharp, { type Sharp } from "sharp";

/** An RGB picture of even noise, not yet encoded: what encoders take longest over, the same each time (xorshift, Marsaglia 2003). */
export function noise(width: number, height: number): Sharp {
  const data = new Uint8Array(width * height * 3);
  let state = 2463534242;
  for (let at = 0; at < data.length; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    data[at] = state & 255;
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
}
