// BMP in the children: decoded and encoded by our own code, since prebuilt sharp has no BMP; sharp carries pixels and quantizes.

import { readBytes } from "../containers/reader.ts";
import { writeRaw } from "../../engines/v-file.ts";
import type { Facts } from "../../image/facts.ts";
import type {
  Candidate,
  CodecBack,
  DecodedSource,
  OptimizeJob,
  Run,
  WorkBench,
} from "../codec.ts";
import { choosePalette } from "../palette/choose.ts";
import { reduced } from "../palette/reduce.ts";
import { decode } from "./decode.ts";
import type { Decoded } from "./decode.ts";
import { forecast } from "./forecast.ts";
import { writeIndexed } from "./indexed.ts";
import type { IndexedCoding } from "./indexed.ts";
import { keptOf } from "./keep.ts";
import { readLayout } from "./layout.ts";
import type { Layout } from "./layout.ts";
import { readMetadata } from "./metadata.ts";
import { ditherSettings } from "./plan.ts";
import {
  fewColorsOf,
  indexedOf,
  smallestIndexed,
  whyNotQuantized,
} from "./quantize.ts";
import { withoutVoidAlpha } from "./raster.ts";
import { minimal, repack } from "./repack.ts";

export const back: CodecBack = {
  decode: decodeToFile,
  readMetadata,
  forecast,
  run: {
    "metadata-strip": (job) => Promise.resolve(metadataStrip(job)),
    "bmp-minimal": (job, bench) => Promise.resolve(leanest(job, bench)),
    "bmp-palette": exactly("bmp-palette"),
    "bmp-rle4": exactly("bmp-rle4"),
    "bmp-rle8": exactly("bmp-rle8"),
    "bmp-quantize": quantized,
  },
};

async function decodeToFile(
  path: string,
  { profile }: Facts,
  bench: WorkBench,
): Promise<DecodedSource> {
  const file = await readBytes(path);
  const { raster } = pixelsOf(file, readLayout(file, file.length), bench);
  withoutVoidAlpha(raster);
  const convertProfile = profile.kind === "other";
  const output = bench.scratch("decoded.v");
  await writeRaw(
    output,
    raster,
    convertProfile ? readMetadata(file).icc : undefined,
  );
  const { width, height } = raster;
  return {
    path: output,
    size: { width, height },
    orientation: 1,
    convertProfile,
  };
}

function pixelsOf(file: Uint8Array, layout: Layout, bench: WorkBench): Decoded {
  const decoded = decode(file, layout);
  if (decoded.truncated) bench.warn("truncated");
  return decoded;
}

function made(bytes: Uint8Array, method: string): Candidate {
  return { bytes, method, byTool: false, upright: false };
}

function metadataStrip(job: OptimizeJob): Candidate {
  const layout = readLayout(job.input, job.input.length);
  return made(repack(job.input, layout, keptOf(job, layout)), "metadata-strip");
}

function leanest(job: OptimizeJob, bench: WorkBench): Candidate {
  const { input, facts } = job;
  const layout = readLayout(input, input.length);
  const decoded = pixelsOf(input, layout, bench);
  const kept = keptOf(job, layout);
  return made(
    minimal(input, layout, decoded, kept, facts.bitDepth),
    "bmp-minimal",
  );
}

/** The pixels as they are, by a palette; when there are too many colors, or pixels that no color stands for, the reason. */
function exactly(coding: IndexedCoding): Run {
  return (job, bench) => {
    const layout = readLayout(job.input, job.input.length);
    const { raster, skipsPixels } = pixelsOf(job.input, layout, bench);
    // Browsers leave them transparent, which no other code can say.
    if (skipsPixels) return Promise.resolve("skipped-pixels");
    const picture = fewColorsOf(raster);
    const bytes = picture && writeIndexed(picture, coding, keptOf(job, layout));
    return Promise.resolve(bytes ? made(bytes, coding) : "too-many-colors");
  };
}

/** The pixels by a palette of the 256 colors that serve them best; when they need none, or miss their score, the reason. */
async function quantized(
  job: OptimizeJob,
  bench: WorkBench,
): Promise<Candidate | string> {
  const layout = readLayout(job.input, job.input.length);
  const { raster } = pixelsOf(job.input, layout, bench);
  const reason = whyNotQuantized(raster, fewColorsOf(raster));
  if (reason !== undefined) return reason;
  const palette = await choosePalette(raster);
  const settings = ditherSettings(job.intent.quality);
  const drawn = reduced(raster, palette, settings);
  if (!drawn) return "score-too-low";
  const kept = keptOf(job, layout);
  const { bytes, coding } = smallestIndexed(indexedOf(raster, drawn), kept);
  return made(bytes, `quantize + ${coding}`);
}
