// Judges from a file's header whether it may be decoded at all; never looks at pixels.

import { ServiceError } from "../errors.ts";
import type { Facts } from "./facts.ts";

export interface ImageLimits {
  /** Pixels of one frame. */
  readonly maxPixels: number;
  /** Frames or pages of one file. */
  readonly maxFrames: number;
}

/** All frames together may hold this many times the pixels of the largest single frame allowed (the contract's figure). */
const FRAMES_FACTOR = 4;

/**
 * All scans together may go over this many times the pixels of the largest
 * single frame allowed. libjpeg-turbo takes 20 to 30 ns for an empty block of
 * a scan here: 4 Gpx, what 100 MP are allowed, 1.2 to 1.9 CPU-s a decode on
 * top of the 0.3 s of one scan. libjpeg's ten scans make 8 times a 4:2:0
 * picture and 14 times a 4:4:4 one; twenty scans of 100 MP in 4:4:4 are 24.
 */
const SCANS_FACTOR = 40;

/**
 * Bytes of a decoded pixel at the largest size allowed: four floats. A TIFF may
 * declare 64 samples of 64 bits, a JPEG XL 19 channels.
 */
const PIXEL_BYTES = 16;

/**
 * Throws `image_too_large`, with the limit that was passed, when decoding would
 * take more pixels, scans or frames than allowed. Bounds the decompression bomb: a
 * 34-byte file may claim 9999 × 9999 px.
 */
export function judge(facts: Facts, limits: ImageLimits): void {
  const pixels = Math.max(facts.width * facts.height, facts.codedPixels);
  if (pixels > limits.maxPixels) {
    throw tooLarge(
      `The image has ${pixels} pixels`,
      limits.maxPixels,
      "pixels",
    );
  }
  const { scannedPixels = 0 } = facts;
  const allScans = limits.maxPixels * SCANS_FACTOR;
  if (scannedPixels > allScans) {
    throw tooLarge(
      `Decoding the image goes over ${scannedPixels} pixels`,
      allScans,
      "pixels in all scans and parts",
    );
  }
  const bytes = pixels * (facts.pixelBytes ?? 0);
  const allBytes = limits.maxPixels * PIXEL_BYTES;
  if (bytes > allBytes) {
    throw tooLarge(
      `The image's pixels take ${bytes} bytes`,
      allBytes,
      "bytes of pixels",
    );
  }
  if (facts.frames > limits.maxFrames) {
    throw tooLarge(
      `The image has ${facts.frames} frames`,
      limits.maxFrames,
      "frames",
    );
  }
  const allFrames = limits.maxPixels * FRAMES_FACTOR;
  if (pixels * facts.frames > allFrames) {
    throw tooLarge(
      `The image's ${facts.frames} frames hold ${pixels * facts.frames} pixels`,
      allFrames,
      "pixels in all frames",
    );
  }
}

function tooLarge(what: string, limit: number, unit: string): ServiceError {
  return new ServiceError(
    "image_too_large",
    `${what}; this service takes at most ${limit} ${unit}.`,
    { limit },
  );
}
