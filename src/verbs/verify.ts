// Checks what a strategy made before it is sent: an engine that lies is declined, not believed.

import { writeFile } from "node:fs/promises";

import type { CodecBack, OptimizeJob, Timing } from "../codecs/codec.ts";
import { readerOfBytes } from "../codecs/containers/reader.ts";
import { CODECS } from "../codecs/table.ts";
import type { Facts } from "../image/facts.ts";
import { orientedSize, type Size } from "../image/geometry.ts";
import type { VerbBench } from "./bench.ts";
import {
  differs,
  isOpaque,
  pixelsOf,
  readThrough,
  scoreBetween,
} from "./compare.ts";
import type { Runner } from "./race.ts";

/** Share by which a density may differ: a rounded unit (dots per metre). */
const DENSITY_ROUNDING = 0.01;
/** And dots per inch: JFIF knows whole numbers only. */
const DENSITY_STEP = 0.5;

/**
 * Why a runner's candidate must not be sent, as a token, or undefined when it
 * may. Its header must tell of the same size, orientation, frames, timing,
 * profile and density. Where a header tells of other samples (alpha, depth,
 * color), or a spawned tool wrote it, or a score is demanded, the pixels are
 * decoded and judged.
 */
export async function whyUnfaithful(
  { strategy, candidate }: Runner,
  job: OptimizeJob,
  back: CodecBack,
  bench: VerbBench,
  maxPixels: number,
): Promise<string | undefined> {
  const { facts } = job;
  const codec = CODECS[facts.format];
  const isLossless = strategy.loses === "nothing";
  try {
    const made = await codec.header(readerOfBytes(candidate.bytes));
    const difference =
      whatDiffers(made, facts, candidate.upright) ??
      (facts.frames > 1 && !sameTiming(job.input, candidate.bytes, back)
        ? "timing"
        : undefined);
    if (difference !== undefined) return `result-${difference}-differs`;

    const changed = whatChanged(made, facts);
    const needsPixels =
      candidate.byTool ||
      candidate.minScore !== undefined ||
      (changed.length > 0 && isLossless) ||
      changed.includes("alpha");
    if (!needsPixels) return undefined;
    const isUnchanged =
      changed.length === 0 && candidate.minScore === undefined;
    if (isUnchanged && back.readThrough) {
      back.readThrough(candidate.bytes);
      return undefined;
    }
    const path = bench.scratch(`candidate.${codec.extension}`);
    await writeFile(path, candidate.bytes);
    const context = { back, bench, maxPixels };
    if (isUnchanged) {
      await readThrough(path, made, context);
      return undefined;
    }
    const after = await pixelsOf(path, made, context);
    const isTurnedYet = codec.orientsOnDecode || !candidate.upright;
    const turn = isTurnedYet ? 1 : facts.orientation;
    const { tolerance } = job;
    const source = { ...context, tolerance };
    const before = await pixelsOf(job.inputPath, facts, source, turn);
    if (isLossless) {
      return differs(before, after) ? "result-pixels-differ" : undefined;
    }
    if (changed.includes("alpha") && !isOpaque(before)) {
      return "result-alpha-differs";
    }
    if (candidate.minScore === undefined) return undefined;
    const score = scoreBetween(before, after, facts.frames);
    return score < candidate.minScore ? "score-too-low" : undefined;
  } catch {
    return "result-broken";
  }
}

/** What no strategy may change. */
function whatDiffers(
  made: Facts,
  source: Facts,
  upright: boolean,
): string | undefined {
  const expected: Size = upright
    ? orientedSize(source, source.orientation)
    : source;
  if (made.width !== expected.width || made.height !== expected.height) {
    return "size";
  }
  if (made.orientation !== (upright ? 1 : source.orientation)) {
    return "orientation";
  }
  if (made.frames !== source.frames) return "frames";
  if (made.hasAlpha && !source.hasAlpha) return "alpha";
  if ((made.color === "cmyk") !== (source.color === "cmyk")) return "color";
  if (source.profile.kind === "other" && made.profile.kind !== "other") {
    return "profile";
  }
  return sameDensity(made, source, upright) ? undefined : "density";
}

/** Samples told of in another way, which is right where the pixels allow it. */
function whatChanged(made: Facts, source: Facts): string[] {
  return [
    ...(made.hasAlpha === source.hasAlpha ? [] : ["alpha"]),
    ...(Math.max(8, made.bitDepth) >= source.bitDepth ? [] : ["depth"]),
    ...(made.color === source.color ? [] : ["color"]),
  ];
}

function sameDensity(made: Facts, source: Facts, upright: boolean): boolean {
  if (source.density === undefined) return true;
  if (made.density === undefined) return false;
  const turned = upright && source.orientation >= 5;
  const [x, y] = turned
    ? [source.density.y, source.density.x]
    : [source.density.x, source.density.y];
  const near = (a: number, b: number): boolean =>
    Math.abs(a - b) <=
    Math.max(DENSITY_STEP, Math.max(a, b) * DENSITY_ROUNDING);
  return near(made.density.x, x) && near(made.density.y, y);
}

function sameTiming(
  source: Uint8Array,
  made: Uint8Array,
  { timing }: CodecBack,
): boolean {
  if (!timing) return true;
  const text = (file: Uint8Array): string => {
    const { delaysMs, plays }: Timing = timing(file);
    return `${plays}:${delaysMs.join()}`;
  };
  return text(source) === text(made);
}
