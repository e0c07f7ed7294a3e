// Takes bands of whole rows out of a picture: run-length codes end with their row, so some rows tell of all.

import type { Raster } from "./raster.ts";

interface Samples {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

/** Rows of a band: enough for error diffusion to settle, few enough for bands all over the picture. */
const BAND_ROWS = 16;

/** Bands of rows, evenly spread, stacked; the picture itself when `pixels` hold most of it. */
export function bandsOf(picture: Raster, pixels: number): Raster {
  const { width, height, channels, data } = picture;
  const count = Math.max(2, Math.floor(pixels / (width * BAND_ROWS)));
  if (count * BAND_ROWS >= 0.7 * height) return picture;
  const bytes = width * channels * BAND_ROWS;
  const stacked = new Uint8Array(count * bytes);
  for (let band = 0; band < count; band++) {
    const centre = ((band + 0.5) / count) * height;
    const first = Math.floor(
      Math.min(Math.max(0, centre - BAND_ROWS / 2), height - BAND_ROWS),
    );
    const from = first * width * channels;
    stacked.set(data.subarray(from, from + bytes), band * bytes);
  }
  return { width, height: count * BAND_ROWS, channels, data: stacked };
}

/** Every n-th row, so that about `pixels` are left; of samples or of indices. */
export function rowsOf<Rows extends Samples>(
  picture: Rows,
  pixels: number,
): Rows {
  const { width, height, channels, data } = picture;
  const step = Math.max(1, Math.ceil((width * height) / pixels));
  if (step === 1) return picture;
  const rows = Math.ceil(height / step);
  const bytes = width * channels;
  const taken = new Uint8Array(rows * bytes);
  for (let row = 0; row < rows; row++) {
    const at = Math.min(height - 1, row * step + Math.floor(step / 2)) * bytes;
    taken.set(data.subarray(at, at + bytes), row * bytes);
  }
  return { ...picture, height: rows, data: taken };
}
