// Tells what the strategies would make of a BMP: exactly where counting does, from bands of its rows where coding takes longer.

import type {
  Forecast,
  OpenForecast,
  OptimizeJob,
  WorkBench,
} from "../codec.ts";
import { NotForetold } from "../forecast.ts";
import { diffused } from "../palette/diffuse.ts";
import { likelyPalette, likelySetting } from "../palette/foretell.ts";
import { bandsOf, rowsOf } from "./forecast-bands.ts";
import type { Indexed } from "./colors.ts";
import { decode } from "./decode.ts";
import { writeIndexed } from "./indexed.ts";
import type { IndexedCoding } from "./indexed.ts";
import { keptOf } from "./keep.ts";
import type { Kept } from "./keep.ts";
import { readLayout } from "./layout.ts";
import { model } from "./model.ts";
import { ditherSettings } from "./plan.ts";
import {
  fewColorsOf,
  indexedOf,
  smallestIndexed,
  whyNotQuantized,
} from "./quantize.ts";
import { isFlat } from "./raster.ts";
import type { Raster } from "./raster.ts";
import { minimal } from "./repack.ts";

/**
 * CPU milliseconds for a megapixel: run-length codes; and colors drawn and written. With twice
 * the rows, and a third more scored, 0.2 % off instead of 0.6, but 6 of 20 estimates, not 2, took over half of optimizing.
 */
const MS_PER_MEGAPIXEL = { runs: 60, drawn: 600 };
/** Parts of the budget: for what is scored and what is written, and for two ways to write few colors. */
const PARTS = 2;

export const forecast = { open, model };

function open(
  job: OptimizeJob,
  _bench: WorkBench,
  budgetMs: number,
): ReturnType<OpenForecast> {
  const { input, facts, intent } = job;
  const layout = readLayout(input, input.length);
  const decoded = decode(input, layout);
  if (decoded.truncated) throw new NotForetold("rows are missing");
  const { raster, skipsPixels } = decoded;
  const kept = keptOf(job, layout);
  const few = fewColorsOf(raster);
  const rowsFor = (ms: number): number => (budgetMs / PARTS / ms) * 1e6;
  return async (strategy) => {
    if (strategy === "bmp-minimal") {
      const { length } = minimal(input, layout, decoded, kept, facts.bitDepth);
      return exactly("bmp-minimal", length);
    }
    if (strategy === "bmp-quantize") {
      const reason = whyNotQuantized(raster, few);
      if (reason !== undefined) return reason;
      const palette = await likelyPalette(raster);
      const settings = ditherSettings(intent.quality);
      const likely = likelySetting(raster, palette, settings);
      if (!likely) return "score-too-low";
      const { strength } = likely.setting;
      // Runs of flat colors differ from row to row: many rows are quickly looked at.
      const rows =
        strength === 0 && isFlat(raster)
          ? rowsOf(raster, rowsFor(MS_PER_MEGAPIXEL.runs))
          : bandsOf(raster, rowsFor(MS_PER_MEGAPIXEL.drawn));
      const indices = diffused(rows, palette, strength);
      const part = indexedOf(rows, { palette, indices });
      const { bytes, coding } = smallestIndexed(part, kept);
      const method = `quantize + ${coding}`;
      const told = scaled(bytes.length, coding, part, raster, kept);
      const { doubt } = likely;
      const features = { ...told.features, doubt };
      // Its palette is of fewer pixels.
      return { ...told, features, isWhole: false, method };
    }
    if (skipsPixels) return "skipped-pixels";
    if (!few) return "too-many-colors";
    const coding = strategy as IndexedCoding;
    const all = { ...few, channels: 1, data: few.indices };
    const { height, data } = rowsOf(all, rowsFor(MS_PER_MEGAPIXEL.runs));
    const part = { ...few, height, indices: data };
    const bytes = writeIndexed(part, coding, kept);
    if (!bytes) return "too-many-colors";
    return {
      ...scaled(bytes.length, coding, part, raster, kept),
      method: coding,
    };
  };
}

function exactly(method: string, bytes: number): Forecast {
  return {
    ...{ method, pixelBytes: 0, besideBytes: bytes },
    ...{ features: {}, isWhole: true },
  };
}

/** Bytes of some rows, told of all; headers and palette stand once. */
function scaled(
  bytes: number,
  coding: IndexedCoding,
  part: Indexed,
  { height }: Raster,
  kept: Kept,
): Omit<Forecast, "method"> {
  const beside = headBytes(part, kept);
  const scale = height / part.height;
  return {
    pixelBytes: (bytes - beside) * scale,
    besideBytes: beside,
    features: { runs: coding === "bmp-palette" ? 0 : 1 },
    isWhole: scale === 1,
  };
}

/** What a file of these colors holds beside its rows: what one without any would. */
function headBytes(picture: Indexed, kept: Kept): number {
  const none = { ...picture, height: 0, indices: new Uint8Array() };
  return writeIndexed(none, "bmp-palette", kept)?.length ?? 0;
}
