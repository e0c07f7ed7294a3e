// Encoder settings on trial, beside those that plans use: what a choice in a plan.ts is re-made from. The first of a format is what the others are measured by.

import type { SharpEncoding } from "../../src/codecs/codec.ts";

export interface Setting {
  readonly name: string;
  readonly format: SharpEncoding["output"];
  /** sharp's options but the quality. */
  readonly options: object;
}

const TURBO = { progressive: true, optimiseCoding: true };
const MOZJPEG = { mozjpeg: true };
const HALF = { chromaSubsampling: "4:2:0" };
const FULL = { chromaSubsampling: "4:4:4" };

export const SETTINGS: readonly Setting[] = [
  { name: "turbo 420", format: "jpeg", options: { ...TURBO, ...HALF } },
  { name: "turbo 444", format: "jpeg", options: { ...TURBO, ...FULL } },
  ...[0, 2, 3, 4, 5, 8].map((quantisationTable): Setting => ({
    name: `mozjpeg 420, table ${quantisationTable}`,
    format: "jpeg",
    options: { ...MOZJPEG, ...HALF, quantisationTable },
  })),
  ...[2, 3].map((quantisationTable): Setting => ({
    name: `mozjpeg 444, table ${quantisationTable}`,
    format: "jpeg",
    options: { ...MOZJPEG, ...FULL, quantisationTable },
  })),
  {
    name: "mozjpeg 420, table 3, no trellis",
    format: "jpeg",
    options: { ...MOZJPEG, ...HALF, trellisQuantisation: false },
  },
  {
    name: "aom 420, tune ssim, effort 3",
    format: "avif",
    options: { ...HALF, tune: "ssim", effort: 3 },
  },
  ...[0, 1, 2, 3].map((effort): Setting => ({
    name: `aom 420, tune iq, effort ${effort}`,
    format: "avif",
    options: { ...HALF, tune: "iq", effort },
  })),
  ...[4, 2, 6].map((effort): Setting => ({
    name: `webp, effort ${effort}`,
    format: "webp",
    options: { effort },
  })),
  {
    name: "webp, effort 6, sharp conversion",
    format: "webp",
    options: { effort: 6, smartSubsample: true },
  },
];
