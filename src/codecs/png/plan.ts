// What was asked becomes PNG encoder settings; pure.

/** sharp's `png()` options as far as we set them. */
export interface PngSettings {
  readonly compressionLevel: number;
  readonly adaptiveFiltering: boolean;
}

/**
 * Lossless whatever the quality. zlib level 6 with adaptive filters: level 9
 * takes twice the time for 1 % (measured by zlib-ng's own levels on photos).
 */
export function pngSettings(): PngSettings {
  return { compressionLevel: 6, adaptiveFiltering: true };
}
