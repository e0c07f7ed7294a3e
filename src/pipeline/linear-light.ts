// sRGB samples to linear light and back (IEC 61966-2-1), by tables.

/** Linear light, 0 to 1, of each 8-bit sample. */
const FROM_8_BIT = Float32Array.from({ length: 256 }, (_, v) =>
  toLinear(v / 255),
);
let from16Bit: Float32Array | undefined;

/** Steps of the table back to 8 bits: in the darks, where the curve is steepest, a step is 1/20 of a level. */
const STEPS = 65_535;
const TO_8_BIT = Uint8Array.from({ length: STEPS + 1 }, (_, v) =>
  Math.round(toGamma(v / STEPS) * 255),
);

/** The table from samples of this kind to linear light. */
export function linearTable(data: Uint8Array | Uint16Array): Float32Array {
  if (data instanceof Uint8Array) return FROM_8_BIT;
  return (from16Bit ??= Float32Array.from({ length: 65_536 }, (_, v) =>
    toLinear(v / 65_535),
  ));
}

/** The 8-bit sample of a linear value; what lies outside 0 to 1 is clipped. */
export function to8Bit(linear: number): number {
  if (linear <= 0) return 0;
  return linear >= 1 ? 255 : TO_8_BIT[(linear * STEPS + 0.5) | 0]!;
}

/** The 16-bit sample of a linear value; what lies outside 0 to 1 is clipped. */
export function to16Bit(linear: number): number {
  if (linear <= 0) return 0;
  return linear >= 1 ? 65_535 : Math.round(toGamma(linear) * 65_535);
}

function toLinear(encoded: number): number {
  return encoded <= 0.04045
    ? encoded / 12.92
    : ((encoded + 0.055) / 1.055) ** 2.4;
}

function toGamma(linear: number): number {
  return linear <= 0.0031308
    ? linear * 12.92
    : 1.055 * linear ** (1 / 2.4) - 0.055;
}
