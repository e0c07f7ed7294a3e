// Tells what the strategies would make of a BMP: exactly where counting does, from bands of its rows where coding takes longer.

import type {
  Forecast,
  OpenForecast,
  OptimizeJob,
  WorkBench,
} from "../codec.ts";
import { NotForetold } from "../forecast.ts";
import { bandsOf, rowsOf } from "./forecast-bands.ts";
import { indexColors } from "./colors.ts";
import type { Indexed } from "./colors.ts";
import { decode } from "./decode.ts";
import { writeIndexed } from "./indexed.ts";
import type { IndexedCoding } from "./indexed.ts";
import { keptOf } from "./keep.ts";
import type { Kept } from "./keep.ts";
import { readLayout } from "./layout.ts";
import { model } from "./model.ts";
import { byPalette } from "./nearest.ts";
import { quantizeSettings } from "./plan.ts";
import { reduceColors, smallestIndexed, whyNotQuantized } from "./quantize.ts";
import { isFlat, isOpaque } from "./raster.ts";
import type { Raster } from "./raster.ts";
import { minimal } from "./repack.ts";

/** CPU milliseconds for a megapixel: run-length codes, and a palette searched for with the effort of large and of small pictures. */
const MS_PER_MEGAPIXEL = { runs: 60, quick: 700, thorough: 1300 };
const THOROUGH_EFFORT = 5;
/**
 * Points by which bands score more than the whole, where the palette bands smooth
 * places that no band shows: 12 ± 6 and 9.5 ± 4 over 16 pictures, whatever the
 * bands' height, and also in a palette of the whole's colors.
 */
const SCORE_GAIN = { plain: 12, dithered: 9.5 };
/** What is left of the budget for each of two palettes, and for each of two ways to write one that the picture has. */
const WAYS = 2;

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
  const few = isOpaque(raster) ? indexColors(raster) : undefined;
  const rowsFor = (ms: number): number => (budgetMs / WAYS / ms) * 1e6;
  return async (strategy) => {
    if (strategy === "bmp-minimal") {
      const { length } = minimal(input, layout, decoded, kept, facts.bitDepth);
      return exactly("bmp-minimal", length);
    }
    if (strategy === "bmp-quantize" || strategy === "bmp-dither") {
      const dithered = strategy === "bmp-dither";
      const reason = whyNotQuantized(raster, dithered);
      if (reason !== undefined) return reason;
      const settings = quantizeSettings(intent.quality, raster, dithered);
      const { quick, thorough, runs } = MS_PER_MEGAPIXEL;
      const cost = settings.effort === THOROUGH_EFFORT ? thorough : quick;
      const gain = dithered ? SCORE_GAIN.dithered : SCORE_GAIN.plain;
      const bands = bandsOf(raster, rowsFor(cost));
      const reduced = await reduceColors(bands, settings);
      const picture = indexColors(reduced);
      if (!picture) return "too-many-colors";
      const { bytes, coding } = smallestIndexed(picture, kept);
      const proof = {
        before: bands,
        after: bytes,
        minScore: settings.minScore + (bands === raster ? 0 : gain),
      };
      const method = `quantize + ${coding}`;
      if (dithered || !isFlat(raster)) {
        const told = scaled(bytes.length, coding, picture, raster, kept);
        return { ...told, method, proof };
      }
      // Runs of flat colors differ from row to row: once the palette is known, many rows are quickly looked at.
      const part = byPalette(rowsOf(raster, rowsFor(runs)), picture);
      const file = writeIndexed(part, coding, kept) ?? bytes;
      return {
        ...scaled(file.length, coding, part, raster, kept),
        method,
        proof,
      };
    }
    if (skipsPixels) return "skipped-pixels";
    if (!few) return "too-many-colors";
    const coding = strategy as IndexedCoding;
    const rows = rowsOf(raster, rowsFor(MS_PER_MEGAPIXEL.runs));
    const part = byPalette(rows, few);
    const bytes = writeIndexed(part, coding, kept);
    if (!bytes) return "too-many-colors";
    return {
      ...scaled(bytes.length, coding, part, raster, kept),
      method: coding,
    };
  };
}

function exactly(method: string, bytes: number): Forecast {
  return { method, pixelBytes: 0, besideBytes: bytes, features: {} };
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
    features: {
      runs: coding === "bmp-palette" || scale === 1 ? 0 : 1,
    },
  };
}

/** What a file of these colors holds beside its rows: what one without any would. */
function headBytes(picture: Indexed, kept: Kept): number {
  const none = { ...picture, height: 0, indices: new Uint8Array() };
  return writeIndexed(none, "bmp-palette", kept)?.length ?? 0;
}
