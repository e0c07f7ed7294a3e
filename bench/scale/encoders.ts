// Codes a picture as /optimize would code one of each format for a look: the formats' own plans decide how, nothing here does.

import { readFile, writeFile } from "node:fs/promises";

import { reencodeSettings as avifSettings } from "../../src/codecs/avif/plan.ts";
import { reencodeSettings as heicSettings } from "../../src/codecs/heic/plan.ts";
import { mozjpegSettings } from "../../src/codecs/jpeg/plan.ts";
import { lossySettings as jxlSettings } from "../../src/codecs/jxl/plan.ts";
import { quantizeStill } from "../../src/codecs/png/still.ts";
import { mayLose } from "../../src/codecs/quality-scale.ts";
import { jpegSettings as tiffSettings } from "../../src/codecs/tiff/plan.ts";
import { lossySettings as webpSettings } from "../../src/codecs/webp/plan.ts";
import { heifEnc } from "../../src/engines/heif-enc.ts";
import { cjxl } from "../../src/engines/jxl.ts";
import { sharp } from "../../src/engines/sharp.ts";
import type { Facts } from "../../src/image/facts.ts";
import type { OptimizeIntent, Quality } from "../../src/image/intent.ts";

/** An 8-bit sRGB PNG, and what is known of the picture as a source: its size, and the chroma its format would hold. */
export interface ScalePicture {
  readonly path: string;
  readonly facts: Facts;
}

/** Writes `output`; false where the format gives nothing at this quality. Rejects as its engine does. */
export type ScaleEncoder = (
  picture: ScalePicture,
  output: string,
  quality: Quality,
) => Promise<boolean>;

const TIMEOUT_MS = 120_000;

function bySharp(
  format: "jpeg" | "webp" | "avif",
  optionsFor: (facts: Facts, quality: Quality) => object,
): ScaleEncoder {
  return async ({ path, facts }, output, quality) => {
    const options = optionsFor(facts, quality);
    await sharp(path).toFormat(format, options).toFile(output);
    return true;
  };
}

/** By format. GIF and BMP are not here: 256 colors without a score to aim at are all their lossy ways have. */
export const ENCODERS: Readonly<Record<string, ScaleEncoder>> = {
  jpeg: bySharp("jpeg", (facts, quality) => mozjpegSettings(quality, facts)),
  webp: bySharp("webp", ({ width, height, hasAlpha }, quality) =>
    webpSettings(quality, { pixels: width * height, hasAlpha }),
  ),
  avif: bySharp("avif", (facts, quality) => avifSettings(quality, facts)),
  heic: async ({ path, facts }, output, quality) => {
    const settings = heicSettings(quality, facts);
    await heifEnc(path, output, { ...settings, timeoutMs: TIMEOUT_MS });
    return true;
  },
  jxl: async ({ path, facts }, output, quality) => {
    const settings = jxlSettings(quality, facts);
    await cjxl(path, output, { ...settings, timeoutMs: TIMEOUT_MS });
    return true;
  },
  // A page in JPEG is this JPEG, with TIFF's directory around it.
  tiff: async ({ path }, output, quality) => {
    if (quality.scale === "look" && mayLose(quality) !== true) return false;
    await sharp(path).jpeg(tiffSettings(quality)).toFile(output);
    return true;
  },
  png: async ({ path, facts }, output, quality) => {
    const made = await quantizeStill({
      input: await readFile(path),
      inputPath: path,
      facts,
      intent: { ...PALETTE, quality },
      tolerance: "warning",
    });
    if (typeof made === "string") return false;
    await writeFile(output, made.bytes);
    return true;
  },
};

const PALETTE: Omit<OptimizeIntent, "quality"> = {
  verb: "optimize",
  stripMetadata: true,
  progressive: false,
  paletteLoss: "asked",
  maxReductionPercent: null,
};
