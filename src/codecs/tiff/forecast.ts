// Tells what the strategies would make of a TIFF, from rows of its pages, and from squares of them where they become JPEG.

import { decodeSamples, reencode } from "../../engines/sharp.ts";
import type {
  Forecast,
  OpenForecast,
  OptimizeJob,
  WorkBench,
} from "../codec.ts";
import { walkBytes } from "../containers/walk.ts";
import { FAR, NotForetold } from "../forecast.ts";
import { mosaicOf } from "../sample/mosaic.ts";
import { canBeJpeg, isBilevel } from "./engine-page.ts";
import { leavesOf, type Leaf } from "./keep.ts";
import { model } from "./model.ts";
import { walkBook } from "./page.ts";
import { mayLose } from "../quality-scale.ts";
import { jpegSettings, minScoreOf } from "./plan.ts";
import { openRaster } from "./raster.ts";
import { levelFor } from "./repack.ts";
import { sampleRows } from "./forecast-rows.ts";
import type { Form } from "./structure.ts";
import { COMPRESSION, PHOTOMETRIC } from "./tags.ts";
import { writeTiff } from "./write.ts";

/** MCUs of 16 px, two each way. */
const EDGE = 32;
/** CPU milliseconds that mozjpeg takes for a megapixel, with trellis. */
const JPEG_MS_PER_MEGAPIXEL = 200;
/** Drawings that take so little are as quickly done, and deflate's higher levels gain up to a third on them. */
const LITTLE_BYTES = 32_000;
/** Pages whose squares are looked at, evenly spread. */
const JPEG_PAGES = 3;
const START_OF_SCAN = Uint8Array.of(0xff, 0xda);

export const forecast = { open, model };

interface Book {
  readonly form: Form;
  readonly leaves: readonly Leaf[];
  /** Bytes of everything but the pictures, when only metadata has gone. */
  readonly besideBytes: number;
}

function open(
  job: OptimizeJob,
  _bench: WorkBench,
  budgetMs: number,
): ReturnType<OpenForecast> {
  const { input, intent } = job;
  const walked = walkBytes(input, walkBook());
  const leaves = leavesOf(input, walked, intent.stripMetadata);
  const { form } = walked;
  const trees = leaves.map(({ tree }) => tree);
  // Reduced copies and faxes take ways of their own.
  const isPlain = leaves.every(
    ({ page, tree }) => tree.children.size === 0 && !isBilevel(page),
  );
  if (!isPlain) throw new NotForetold("pages of several kinds");
  const book: Book = {
    form,
    leaves,
    besideBytes: writeTiff(form, trees).length - coded(leaves),
  };
  const share = mayLose(intent.quality) === true ? budgetMs / 2 : budgetMs;
  return (strategy, rival = Infinity) => {
    if (strategy === "tiff-jpeg") return inJpeg(job, book, share);
    const isFar = leastRepacked(leaves) >= rival;
    return Promise.resolve(isFar ? FAR : repacked(book, share));
  };
}

/** Compressions that leave deflate no more than this share to gain: of LZW without a predictor it makes 0.4 to 0.9. */
const LEAST_OF_PACKED = 0.25;
const { lzw, deflate, oldDeflate, zstd } = COMPRESSION;
const PACKED: readonly number[] = [lzw, deflate, oldDeflate, zstd];

/** Bytes below which repacking does not come, without a look at them. */
function leastRepacked(leaves: readonly Leaf[]): number {
  const isPacked = leaves.every(({ page }) =>
    PACKED.includes(page.compression),
  );
  return isPacked ? coded(leaves) * LEAST_OF_PACKED : 0;
}

function coded(leaves: readonly Leaf[]): number {
  return leaves.reduce(
    (sum, { tree: { segments } }) =>
      sum + segments.reduce((bytes, { length }) => bytes + length, 0),
    0,
  );
}

function repacked(
  { form, leaves, besideBytes }: Book,
  budgetMs: number,
): Forecast {
  const pages = leaves.map(({ page, tree }) => {
    const raster = openRaster(page, tree, form);
    if (!raster) throw new NotForetold("samples out of reach");
    return { page, raster, segments: tree.segments };
  });
  const whole = pages.reduce((sum, { raster: { bytes } }) => sum + bytes, 0);
  const level = levelFor(whole);
  const { bytes, share, isPredicted } = sampleRows(pages, level, budgetMs);
  if (share >= 1 && bytes < LITTLE_BYTES) throw new NotForetold("little");
  return {
    method: "tiff-deflate",
    pixelBytes: bytes,
    besideBytes,
    features: {
      ratio: Math.log(bytes / whole),
      share: Math.min(1, share),
      predicted: isPredicted ? 1 : 0,
      hard: level === 9 ? 1 : 0,
      tiled: pages[0]?.page.tile ? 1 : 0,
    },
  };
}

/** Bytes before the coded data: tables, which every tile holds for itself. */
function headBytes(jpeg: Uint8Array): number {
  const data = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.length);
  return data.indexOf(START_OF_SCAN);
}

async function inJpeg(
  job: OptimizeJob,
  { leaves, besideBytes }: Book,
  budgetMs: number,
): Promise<Forecast> {
  if (!leaves.every(({ page }) => canBeJpeg(page))) {
    throw new NotForetold("pages that JPEG cannot hold");
  }
  const { facts, intent, tolerance } = job;
  const step = Math.max(1, leaves.length / JPEG_PAGES);
  const settings = jpegSettings(intent.quality);
  let pixelBytes = 0;
  let pixels = 0;
  let headers = 0;
  let proof: Forecast["proof"];
  const count = Math.ceil(leaves.length / step);
  for (let at = 0; at < leaves.length; at += step) {
    const { page, tree } = leaves[Math.floor(at)]!;
    const isGray = page.photometric !== PHOTOMETRIC.rgb;
    const common = {
      space: isGray ? "b-w" : "srgb",
      tolerance,
      maxPixels: Math.max(facts.width * facts.height, facts.codedPixels),
    };
    const picture = await decodeSamples(job.inputPath, {
      ...common,
      page: page.index,
    });
    const mosaic = mosaicOf(picture, {
      edge: EDGE,
      pixels: (budgetMs / count / JPEG_MS_PER_MEGAPIXEL) * 1e6,
      hasAlpha: false,
    });
    const after = await reencode(mosaic.pixels, {
      ...common,
      output: "jpeg",
      // libvips writes tiles with plain tables.
      options: page.tile ? { quality: settings.quality } : { ...settings },
      turn: { degrees: 0, mirror: false },
    });
    const head = headBytes(after);
    pixelBytes += (after.length - head) * mosaic.scale;
    headers +=
      (head * leaves.length * (page.tile ? tree.segments.length : 1)) / count;
    pixels += page.width * page.height;
    if (facts.uniformPages !== false) {
      const minScore = minScoreOf(intent.quality);
      proof ??= { before: mosaic.pixels, after, minScore };
    }
  }
  const whole = leaves.reduce(
    (sum, { page: { width, height } }) => sum + width * height,
    0,
  );
  return {
    method: "tiff-jpeg",
    pixelBytes: pixelBytes * (whole / pixels),
    besideBytes: besideBytes + headers,
    features: {
      density: Math.log((8 * pixelBytes) / pixels),
      tiled: leaves[0]?.page.tile ? 1 : 0,
    },
    ...(proof && { proof }),
  };
}
