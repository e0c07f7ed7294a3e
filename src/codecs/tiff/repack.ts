// Codes a page's samples again without loss, by the predictor that suits them best; decides nothing about other tags.

import type { Page } from "./page.ts";
import { canPredict, predict, PREDICTOR } from "./predictor.ts";
import { openRaster, type Raster } from "./raster.ts";
import { encodeSegment } from "./segments.ts";
import type { Form } from "./structure.ts";
import { COMPRESSION, SAMPLE_FORMAT, TAG } from "./tags.ts";
import { numberField, type Tree } from "./tree.ts";

/** A page in its smallest form so far, and what made it so; no method when it is as it came. */
export interface Packed {
  readonly tree: Tree;
  readonly method?: "deflate" | "zstd" | "ccitt" | "jpeg";
}

/** Deflate's level. */
export type Level = 5 | 6 | 7 | 9;

/**
 * Deflate's levels by the bytes of samples in the file. On 9 MB of predicted
 * photo 6 costs 0.05 CPU-s per MB, 7 0.07 for 0.7 % less, 9 0.3 for 2.2 % less
 * (and up to 0.9 on smooth pictures): each as far as it takes about 2 s. On three
 * photos of 36 MB 5 takes 0.46 to 0.68 of the time of 6 for 1.1 to 3.4 % more.
 */
const LEVELS: readonly (readonly [upToBytes: number, level: Level])[] = [
  [2_500_000, 9],
  [12_000_000, 7],
  [24_000_000, 6],
  [Infinity, 5],
];
/** What predictors are tried at: the winner is the same at every level, but for ties. */
const TRIAL_LEVEL = 6;
/** Bytes of samples on which predictors are tried: the whole of a small page. */
const SAMPLE_BYTES = 2_000_000;
/** Bytes that one more strip or tile costs in the two lists; twice that in BigTIFF. */
const LIST_BYTES = 8;

export function levelFor(sampleBytes: number): Level {
  return LEVELS.find(([upTo]) => sampleBytes <= upTo)?.[1] ?? 5;
}

/** Bytes of a page's segments and of the lists that name them. */
export function sizeOf({ segments }: Tree): number {
  return segments.reduce((sum, { length }) => sum + length + LIST_BYTES, 0);
}

/**
 * The page in deflate, or in Zstandard where it was, if that is smaller; else
 * as it came. Throws `invalid_image` when its data are damaged.
 */
export function repack(
  page: Page,
  tree: Tree,
  form: Form,
  level: Level,
): Packed {
  const raster = openRaster(page, tree, form);
  if (!raster) return { tree };
  const schemes =
    page.compression === COMPRESSION.zstd
      ? [COMPRESSION.zstd, COMPRESSION.deflate]
      : [COMPRESSION.deflate];
  let best: Packed = { tree };
  for (const scheme of schemes) {
    const predictor = bestPredictor(raster, page, scheme);
    const packed = encodeRaster(raster, tree, form, scheme, predictor, level);
    if (packed && sizeOf(packed) < sizeOf(best.tree)) {
      const method = scheme === COMPRESSION.zstd ? "zstd" : "deflate";
      best = { tree: packed, method };
    }
  }
  return best;
}

/** The page's samples without compression; as it came where they cannot be read here. Throws `invalid_image` when its data are damaged. */
export function plainly(page: Page, tree: Tree, form: Form): Tree {
  const raster = openRaster(page, tree, form);
  const { none } = COMPRESSION;
  return (
    (raster && encodeRaster(raster, tree, form, none, PREDICTOR.none, 6)) ??
    tree
  );
}

function encodeRaster(
  raster: Raster,
  tree: Tree,
  form: Form,
  scheme: number,
  predictor: number,
  level: Level,
): Tree | undefined {
  const segments: Uint8Array[] = [];
  for (let index = 0; index < raster.pieces; index++) {
    const samples = raster.piece(index);
    if (!samples) return undefined;
    const coded = predict(predictor, samples, raster.rows);
    segments.push(encodeSegment(scheme, coded, level));
  }
  const { rowsPerStrip } = raster;
  const fields = new Map(tree.fields);
  fields.delete(TAG.predictor);
  const says = (tag: number, value: number) =>
    fields.set(tag, numberField(form, tag, [value]));
  says(TAG.compression, scheme);
  if (predictor !== PREDICTOR.none) says(TAG.predictor, predictor);
  if (rowsPerStrip) says(TAG.rowsPerStrip, rowsPerStrip);
  return { ...tree, fields, segments };
}

/** The predictor whose coding of some pieces, spread over the page, is the smallest. */
function bestPredictor(raster: Raster, page: Page, scheme: number): number {
  const wanted =
    page.sampleFormat === SAMPLE_FORMAT.float
      ? PREDICTOR.float
      : PREDICTOR.horizontal;
  if (!canPredict(wanted, page.bits)) return PREDICTOR.none;
  const each = raster.bytes / raster.pieces;
  const count = Math.max(1, Math.min(raster.pieces, SAMPLE_BYTES / each));
  const step = raster.pieces / Math.floor(count);
  let none = 0;
  let predicted = 0;
  for (let index = 0; Math.floor(index) < raster.pieces; index += step) {
    const samples = raster.piece(Math.floor(index));
    if (!samples) break;
    none += encodeSegment(scheme, samples, TRIAL_LEVEL).length;
    const coded = predict(wanted, samples, raster.rows);
    predicted += encodeSegment(scheme, coded, TRIAL_LEVEL).length;
  }
  return predicted < none ? wanted : PREDICTOR.none;
}
