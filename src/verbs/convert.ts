// Makes an image of another format, size or look from one file; decides how damage, metadata and warnings are handled on the way.

import { readFile, writeFile } from "node:fs/promises";

import type { Codec, CodecBack, Timing } from "../codecs/codec.ts";
import { withFileReader } from "../codecs/containers/reader.ts";
import { settleExif } from "../codecs/containers/exif.ts";
import { settleXmp } from "../codecs/containers/xmp.ts";
import type { Metadata } from "../codecs/metadata.ts";
import { CODECS } from "../codecs/table.ts";
import { ServiceError } from "../errors.ts";
import {
  drawnSize,
  orientedSize,
  plannedSize,
  planResize,
  vectorBox,
} from "../image/geometry.ts";
import type { ResizePlan, Size } from "../image/geometry.ts";
import type { BoxIntent, ConvertIntent } from "../image/intent.ts";
import { runPipeline } from "../pipeline/run.ts";
import type { RunResult } from "../pipeline/run.ts";
import type { Picture, Run } from "../pipeline/step.ts";
import type { ConvertJob, InputFile, Outcome } from "../pool/protocol.ts";
import { benchOf } from "./bench.ts";
import type { VerbBench } from "./bench.ts";
import { decodeFile } from "./decode.ts";
import { judgeDamage } from "./damage.ts";
import { proveMade, watchedEncoder } from "./prove.ts";

/**
 * Runs a convert job and leaves the result in the workspace. Throws
 * `invalid_image`, `overlay_failed`, and what the engines throw.
 */
export async function convert(job: ConvertJob): Promise<Outcome> {
  const bench = benchOf(job);
  const start = performance.now();
  const codec = CODECS[job.intent.target];
  const { back, usedTool } = watchedEncoder(await codec.back());
  const source = await openPicture(
    await framed(job.input, codec, bench),
    bench,
    job.intent.box,
  );
  if (source.facts.hasGainMap) bench.warn("gain-map-dropped");
  const resize = planResize(
    orientedSize(source.decoded.size, source.decoded.orientation),
    source.codec.vector ? vectorBox(job.intent.box) : job.intent.box,
  );
  const overlay =
    job.overlay &&
    (await openOverlay(job.overlay, bench, logoBox(job.intent, resize)));
  const decodeMs = performance.now() - start;

  const timing = await timingOf(source);
  const run: Run = {
    intent: job.intent,
    source,
    ...(overlay && { overlay }),
    target: { codec, back },
    resize,
    ...(timing && { timing }),
    tolerance: "warning",
    maxPixels: job.maxPixels,
    outputPath: bench.scratch(`result.${codec.extension}`),
    bench,
  };
  const taken = await takeOver(run);
  const result = taken ?? (await runTolerantly(run, bench));
  const finishStart = performance.now();
  if (taken || usedTool()) {
    const { maxPixels } = job;
    await proveMade(run.outputPath, codec, result.size, {
      back,
      bench,
      maxPixels,
    });
  }
  if (result.complaints.some((complaint) => /profile/i.test(complaint))) {
    bench.warn("profile-ignored");
  }
  if (source.facts.frames > 1) await warnOfMerged(run, bench);
  if (!taken && !job.intent.stripMetadata) {
    await keepMetadata(run, result.size, bench);
  }
  const finishMs = performance.now() - finishStart;

  return {
    format: codec.id,
    path: run.outputPath,
    ...result.size,
    method: `${codec.id}-encode`,
    warnings: [...bench.warnings],
    declined: [],
    spans: {
      decode: decodeMs + spanOf(result, "decode", "shrink", "orient"),
      transform: spanOf(result, "resize", "pad", "overlay", "unsharp"),
      encode: spanOf(result, "encode") + finishMs,
    },
  };
}

/** The input with as many frames as the target can hold: all, or the first, which is then said. */
async function framed(
  input: InputFile,
  target: Codec,
  bench: VerbBench,
): Promise<InputFile> {
  const { facts } = input;
  if (facts.frames === 1) return input;
  const codec: Codec = CODECS[facts.format];
  const { timing } = await codec.back();
  const keeps = codec.abilities.pages
    ? target.abilities.pages && facts.uniformPages === true
    : target.abilities.animation && timing !== undefined;
  if (keeps) return input;
  bench.warn(codec.abilities.pages ? "pages-dropped" : "animation-flattened");
  return { ...input, facts: { ...facts, frames: 1 } };
}

/** WebP's and GIF's encoders join frames that look alike, and add up their times. */
async function warnOfMerged(
  { source, target, outputPath }: Run,
  bench: VerbBench,
): Promise<void> {
  const { frames } = await withFileReader(outputPath, target.codec.header);
  if (frames < source.facts.frames) bench.warn("frames-merged");
}

/** When the frames of an opened animation are shown; undefined for stills and pages. */
async function timingOf({
  path,
  facts,
  back,
}: Picture): Promise<Timing | undefined> {
  if (facts.frames === 1 || !back.timing) return undefined;
  return back.timing(await readFile(path));
}

async function openPicture(
  input: InputFile,
  bench: VerbBench,
  box?: BoxIntent,
): Promise<Picture> {
  const codec: Codec = CODECS[input.facts.format];
  const back: CodecBack = await codec.back();
  if (input.facts.profile.kind === "broken") bench.warn("profile-ignored");
  const asked = codec.vector && drawnSize(input.facts, box);
  const decoded = await decodeFile(back, input.path, input.facts, bench, asked);
  return { ...input, codec, back, decoded };
}

/** The width that the logo will be laid down in at most: what a vector is drawn for. */
function logoBox({ overlay }: ConvertIntent, resize: ResizePlan): BoxIntent {
  const share = (overlay?.scalePercent ?? 100) / 100;
  const width = Math.max(1, Math.ceil(plannedSize(resize).width * share));
  return { width, fit: "inside", enlarge: true };
}

async function openOverlay(
  input: InputFile,
  bench: VerbBench,
  box: BoxIntent,
): Promise<Picture> {
  try {
    // Of an animated logo, its first frame.
    const facts = { ...input.facts, frames: 1 };
    return await openPicture({ ...input, facts }, bench, box);
  } catch (cause) {
    throw new ServiceError(
      "overlay_failed",
      "The overlay image could not be decoded.",
      {},
      { cause },
    );
  }
}

/** The source's own coding in the target's file, where every pixel stays as it is and the target can have it. */
async function takeOver(run: Run): Promise<RunResult | undefined> {
  const { source, target, resize, intent, outputPath, bench } = run;
  const { decoded, facts } = source;
  const size = orientedSize(decoded.size, decoded.orientation);
  const changesPixels =
    run.overlay !== undefined ||
    decoded.convertProfile ||
    facts.frames > 1 ||
    resize.frame !== undefined ||
    resize.width !== size.width ||
    resize.height !== size.height;
  if (changesPixels || !target.back.transcode) return undefined;
  const start = performance.now();
  if (!(await target.back.transcode(source, outputPath, intent, bench))) {
    return undefined;
  }
  const spans = new Map([["encode", performance.now() - start]]);
  return { size, spans, complaints: [] };
}

/** Runs strictly first; when the source turns out damaged, judges it and runs once more as far as it bears. */
async function runTolerantly(run: Run, bench: VerbBench): Promise<RunResult> {
  try {
    return await runPipeline(run);
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    const damage = await judgeDamage(run.source, run.maxPixels, error);
    if (damage === undefined) throw encoderFailed(run, error);
    const result = await runPipeline({ ...run, tolerance: damage.tolerance });
    bench.warn(damage.warning);
    return result;
  }
}

function encoderFailed(run: Run, cause: unknown): ServiceError {
  return new ServiceError(
    "optimization_failed",
    `The image could not be made into ${run.target.codec.name}.`,
    { tool: "sharp" },
    { cause },
  );
}

/** Puts the source's EXIF, XMP and IPTC into the result, telling of an upright picture of its new size. */
async function keepMetadata(
  run: Run,
  size: Size,
  bench: VerbBench,
): Promise<void> {
  const found = run.source.back.readMetadata(await readFile(run.source.path));
  const { icc: _converted, exif, xmp, ...rest } = found;
  const settled = exif && settleExif(exif, size);
  if (exif && !settled) bench.warn("exif-dropped");
  const kept: Metadata = {
    ...rest,
    ...(settled && { exif: settled }),
    ...(xmp && { xmp: settleXmp(xmp, size) }),
  };
  if (Object.keys(kept).length === 0) return;
  const { writeMetadata } = run.target.back;
  if (writeMetadata === undefined) {
    for (const kind of Object.keys(kept)) bench.warn(`${kind}-dropped`);
    return;
  }
  const { bytes, dropped } = writeMetadata(
    await readFile(run.outputPath),
    kept,
  );
  for (const kind of dropped) bench.warn(`${kind.toLowerCase()}-dropped`);
  await writeFile(run.outputPath, bytes);
}

function spanOf(result: RunResult, ...steps: string[]): number {
  return steps.reduce((sum, step) => sum + (result.spans.get(step) ?? 0), 0);
}
