// Decides which pixels can be compared and what light they stand for; it does
// not compare them, and takes their colour to be sRGB.

/**
 * Rows of 8-bit sRGB pixels, top to bottom, without gaps: red, green, blue and,
 * with 4 channels, alpha (255 opaque), not premultiplied.
 */
export interface Pixels {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
}

/**
 * Throws a RangeError unless both images have the same width and height, at
 * least 1 by 1, and exactly as many bytes as their shape says.
 */
export function assertComparable(reference: Pixels, distorted: Pixels): void {
  for (const { data, width, height, channels } of [reference, distorted]) {
    if (!(Number.isInteger(width) && width > 0))
      throw new RangeError(`Width must be a positive integer, not ${width}`);
    if (!(Number.isInteger(height) && height > 0))
      throw new RangeError(`Height must be a positive integer, not ${height}`);
    if (data.length !== width * height * channels)
      throw new RangeError(
        `${width}x${height} pixels of ${channels} bytes need ${width * height * channels} bytes, not ${data.length}`,
      );
  }
  if (
    reference.width !== distorted.width ||
    reference.height !== distorted.height
  )
    throw new RangeError(
      `Images to compare must have one size, not ${reference.width}x${reference.height} and ${distorted.width}x${distorted.height}`,
    );
}

function linearLight(encoded: number): number {
  return encoded <= 0.04045
    ? encoded / 12.92
    : ((encoded + 0.055) / 1.055) ** 2.4;
}

const LINEAR_OF_BYTE = Float32Array.from({ length: 256 }, (_, byte) =>
  linearLight(byte / 255),
);

// A blend falls between bytes. Straight lines between 1024 points are within
// 5e-7 of the curve, and cost a tenth of its power function.
const BLEND_STEPS = 1024;
const LINEAR_OF_BLEND = Float32Array.from(
  { length: BLEND_STEPS + 2 },
  (_, step) => linearLight(step / BLEND_STEPS),
);

function linearOfBlend(encoded: number): number {
  const position = encoded * BLEND_STEPS;
  const step = Math.trunc(position);
  const low = LINEAR_OF_BLEND[step]!;
  return low + (LINEAR_OF_BLEND[step + 1]! - low) * (position - step);
}

/**
 * Writes `count` pixels from column `left` of row `y` as linear red, green and
 * blue to `rows`, from the indices `red`, `green` and `blue` on. Alpha is
 * blended over a grey `background` (0 to 1, sRGB-encoded, as the blend is).
 */
export function writeLinearRow(
  { data, width, channels }: Pixels,
  left: number,
  y: number,
  count: number,
  background: number,
  rows: Float32Array,
  [red, green, blue]: readonly [number, number, number],
): void {
  let i = (y * width + left) * channels;
  if (channels === 3) {
    for (let x = 0; x < count; x++, i += 3) {
      rows[red + x] = LINEAR_OF_BYTE[data[i]!]!;
      rows[green + x] = LINEAR_OF_BYTE[data[i + 1]!]!;
      rows[blue + x] = LINEAR_OF_BYTE[data[i + 2]!]!;
    }
    return;
  }
  for (let x = 0; x < count; x++, i += 4) {
    const byte = data[i + 3]!;
    if (byte === 255) {
      rows[red + x] = LINEAR_OF_BYTE[data[i]!]!;
      rows[green + x] = LINEAR_OF_BYTE[data[i + 1]!]!;
      rows[blue + x] = LINEAR_OF_BYTE[data[i + 2]!]!;
    } else {
      const alpha = byte / 255;
      const behind = (1 - alpha) * background;
      const scale = alpha / 255;
      rows[red + x] = linearOfBlend(data[i]! * scale + behind);
      rows[green + x] = linearOfBlend(data[i + 1]! * scale + behind);
      rows[blue + x] = linearOfBlend(data[i + 2]! * scale + behind);
    }
  }
}
