// Tells the quality that libwebp was asked for from the quantizer it wrote; knows nothing of how that is found.

/**
 * libwebp's quality (1–100) behind a quantizer index (0–127): the inverse of
 * QualityToCompression and VP8SetSegmentParams (src/enc/quant_enc.c), quantizer
 * = 127 × (1 − ∛linear), where linear is 2/3 × q below q = 0.75 and 2q − 1 from
 * there.
 */
export function qualityOf(quantizer: number): number {
  const linear = (1 - quantizer / 127) ** 3;
  const quality = linear < 0.5 ? linear * 1.5 : (linear + 1) / 2;
  return Math.min(Math.max(Math.round(quality * 100), 1), 100);
}
