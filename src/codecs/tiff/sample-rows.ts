// Codes some rows of a TIFF's pages as the whole would be coded: what its lossless size is told from.

import type { Page } from "./page.ts";
import { canPredict, predict, PREDICTOR } from "./predictor.ts";
import type { Raster } from "./raster.ts";
import type { Level } from "./repack.ts";
import { encodeSegment } from "./segments.ts";
import { COMPRESSION, SAMPLE_FORMAT } from "./tags.ts";

export interface OpenPage {
  readonly page: Page;
  readonly raster: Raster;
  /** The page as it is stored. */
  readonly segments: readonly Uint8Array[];
}

export interface SampledRows {
  /** Bytes that all samples are expected to take when coded. */
  readonly bytes: number;
  /** Share of the samples that was coded. */
  readonly share: number;
  readonly isPredicted: boolean;
}

/** Bytes of samples coded together: two of deflate's windows; what the start of each costs is for the fit. */
const RUN_BYTES = 64 * 1024;
/** CPU milliseconds that coding a megabyte takes at the levels used here. */
const MS_PER_MEGABYTE = 70;
/** 9 takes up to 15 times the time of 7, for 1 to 3 % that the fit knows of. */
const MOST_LEVEL = 7;
/** Runs that predictors are tried on. */
const TRIAL_RUNS = 4;
/** Segments from which on their sizes tell where a page is busy. */
const TELLING_SEGMENTS = 16;

/** Runs of rows, evenly spread over all pages, by the better of two predictors. */
export function sampleRows(
  pages: readonly OpenPage[],
  level: Level,
  budgetMs: number,
): SampledRows {
  const whole = pages.reduce((sum, { raster }) => sum + raster.bytes, 0);
  const wanted = Math.min((budgetMs / MS_PER_MEGABYTE) * 1e6, whole);
  const runs = Math.max(2 * TRIAL_RUNS, Math.round(wanted / RUN_BYTES));
  const used = Math.min(level, MOST_LEVEL);
  const at = (index: number, count: number): Run | undefined =>
    runAt(pages, ((index + 0.5) / count) * whole);
  const trials = Array.from({ length: TRIAL_RUNS }, (_, index) =>
    at(index, TRIAL_RUNS),
  ).flatMap((run) => run ?? []);
  const sizeOf = (run: Run, isPredicted: boolean): number =>
    codedBytes(run, isPredicted, used);
  const sum = (isPredicted: boolean): number =>
    trials.reduce((bytes, run) => bytes + sizeOf(run, isPredicted), 0);
  const isPredicted = sum(true) < sum(false);
  let coded = 0;
  let sampled = 0;
  let stored = 0;
  for (let index = 0; index < runs; index++) {
    const run = at(index, runs);
    if (!run) continue;
    coded += sizeOf(run, isPredicted);
    sampled += run.samples.length;
    stored += run.samples.length * run.storedShare;
  }
  // Where the source is compressed, its own bytes tell how busy the rest is.
  const storedWhole = pages.reduce((bytes, one) => bytes + storedBytes(one), 0);
  const isTold = pages.every(tells);
  const bytes = isTold
    ? (coded / stored) * storedWhole
    : (coded / sampled) * whole;
  return { bytes, share: sampled / whole, isPredicted };
}

interface Run {
  readonly page: Page;
  readonly raster: Raster;
  readonly samples: Uint8Array;
  /** Stored bytes for each byte of samples around here. */
  readonly storedShare: number;
}

function tells({ page, segments }: OpenPage): boolean {
  return (
    page.compression !== COMPRESSION.none && segments.length >= TELLING_SEGMENTS
  );
}

function storedBytes({ segments }: OpenPage): number {
  return segments.reduce((sum, { length }) => sum + length, 0);
}

function codedBytes(
  { page, raster, samples }: Run,
  isPredicted: boolean,
  level: number,
): number {
  const { zstd, deflate } = COMPRESSION;
  const scheme = page.compression === zstd ? zstd : deflate;
  const kind =
    page.sampleFormat === SAMPLE_FORMAT.float
      ? PREDICTOR.float
      : PREDICTOR.horizontal;
  const bears = isPredicted && canPredict(kind, page.bits);
  const ready = bears ? predict(kind, samples.slice(), raster.rows) : samples;
  return encodeSegment(scheme, ready, level).length;
}

/** The rows at an offset into the samples of all pages. */
function runAt(pages: readonly OpenPage[], offset: number): Run | undefined {
  let before = 0;
  for (const { page, raster, segments } of pages) {
    const { bytes, rows, pieces } = raster;
    if (offset >= before + bytes) {
      before += bytes;
      continue;
    }
    const part = (offset - before) / bytes;
    const place = part * pieces;
    const piece = raster.piece(Math.floor(place));
    if (!piece) return undefined;
    const { rowBytes } = rows;
    const height = Math.floor(piece.length / rowBytes);
    const count = Math.min(height, Math.ceil(RUN_BYTES / rowBytes));
    const first = Math.floor((place % 1) * (height - count + 1));
    const samples = piece.slice(first * rowBytes, (first + count) * rowBytes);
    const segment = segments[Math.floor(part * segments.length)];
    const each = bytes / segments.length;
    return {
      page,
      raster,
      samples,
      storedShare: (segment?.length ?? 0) / each,
    };
  }
  return undefined;
}
