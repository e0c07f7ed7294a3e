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
/** CPU milliseconds that coding a megabyte takes at the levels used here: 50 to 70 for photos, more for smooth pictures. */
const MS_PER_MEGABYTE = 100;
/** 9 takes up to 15 times the time of 7, for 1 to 3 % that the fit knows of. */
const MOST_LEVEL = 7;
/** Runs that predictors are tried on. */
const TRIAL_RUNS = 4;
/** Segments from which on their sizes tell where a page is busy. */
const TELLING_SEGMENTS = 16;

/** Runs of rows, evenly spread over all pages, or all there are, by the better of two predictors. */
export function sampleRows(
  given: readonly OpenPage[],
  level: Level,
  budgetMs: number,
): SampledRows {
  const pages = given.map(remembering);
  const whole = pages.reduce((sum, { raster }) => sum + raster.bytes, 0);
  const wanted = (budgetMs / MS_PER_MEGABYTE) * 1e6;
  const used = Math.min(level, MOST_LEVEL);
  const trials = [...spread(pages, whole, TRIAL_RUNS)];
  const count = Math.max(2 * TRIAL_RUNS, Math.round(wanted / RUN_BYTES));
  const runs = wanted < whole ? spread(pages, whole, count) : all(pages);
  const sizeOf = (run: Run, isPredicted: boolean): number =>
    codedBytes(run, isPredicted, used);
  const sum = (isPredicted: boolean): number =>
    trials.reduce((bytes, run) => bytes + sizeOf(run, isPredicted), 0);
  const isPredicted = sum(true) < sum(false);
  let coded = 0;
  let sampled = 0;
  let stored = 0;
  for (const run of runs) {
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

/** The page with its last piece at hand: several runs lie in one, and each would unpack it. */
function remembering(one: OpenPage): OpenPage {
  let held: { index: number; samples: Uint8Array | undefined } | undefined;
  const piece = (index: number): Uint8Array | undefined => {
    if (held?.index !== index) {
      held = { index, samples: one.raster.piece(index) };
    }
    return held.samples;
  };
  return { ...one, raster: { ...one.raster, piece } };
}

function* spread(
  pages: readonly OpenPage[],
  whole: number,
  count: number,
): Generator<Run> {
  for (let index = 0; index < count; index++) {
    const run = runAt(pages, ((index + 0.5) / count) * whole);
    if (run) yield run;
  }
}

/** Every piece, as it will be coded. */
function* all(pages: readonly OpenPage[]): Generator<Run> {
  for (const one of pages) {
    const { page, raster } = one;
    const storedShare = storedBytes(one) / raster.bytes;
    for (let index = 0; index < raster.pieces; index++) {
      const samples = raster.piece(index);
      if (samples) yield { page, raster, samples, storedShare };
    }
  }
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
