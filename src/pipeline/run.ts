// Takes a picture through the steps in order; the order is the array below and nothing else.

import type { RawPixels } from "../codecs/codec.ts";
import type { Size } from "../image/geometry.ts";
import { Canvas } from "./canvas.ts";
import { framesOf, stacked } from "./frames.ts";
import { openCanvas } from "./open.ts";
import type { Run, Step } from "./step.ts";
import { encode } from "./steps/encode.ts";
import { orient } from "./steps/orient.ts";
import { overlay } from "./steps/overlay.ts";
import { pad } from "./steps/pad.ts";
import { resize } from "./steps/resize.ts";
import { shrink } from "./steps/shrink.ts";
import { unsharp } from "./steps/unsharp.ts";

/** Decoding comes before (it differs by format); encoding follows, then writing metadata, which is work on containers. */
export const STEPS: readonly Step[] = [
  shrink,
  orient,
  resize,
  pad,
  overlay,
  unsharp,
];

export interface RunResult {
  /** Of one frame. */
  readonly size: Size;
  /** Milliseconds by step; a lazy step's work shows in the step that ends its pass. */
  readonly spans: ReadonlyMap<string, number>;
  /** What the decoder complained of while it went on. */
  readonly complaints: readonly string[];
}

/** Writes the result to `run.outputPath`. Rejects with sharp's error when the source does not decode, else as the steps do. */
export async function runPipeline(run: Run): Promise<RunResult> {
  const opened = openCanvas(run.source, run, keepsDepth(run));
  const spans = new Map<string, number>();
  const canvas =
    run.source.facts.frames > 1
      ? await throughFrames(opened, run, spans)
      : await through(opened, run, spans);
  await timed(encode, canvas, run, spans);
  return { size: canvas.size, spans, complaints: opened.complaints };
}

async function through(
  canvas: Canvas,
  run: Run,
  spans: Map<string, number>,
): Promise<Canvas> {
  for (const step of STEPS) {
    if (step.applies(run)) await timed(step, canvas, run, spans);
  }
  return canvas;
}

/**
 * Each frame goes through the steps alone: a filter over all frames in one
 * raster would bleed each into the next. They are decoded at once, since later
 * frames are drawn over earlier ones.
 */
async function throughFrames(
  opened: Canvas,
  run: Run,
  spans: Map<string, number>,
): Promise<Canvas> {
  const { facts, decoded } = run.source;
  const start = performance.now();
  const all = await opened.pixels();
  spans.set("decode", performance.now() - start);
  const frameRun: Run = {
    ...run,
    source: {
      ...run.source,
      facts: { ...facts, frames: 1, color: "rgb" },
      decoded: { ...decoded, convertProfile: false },
    },
  };
  const made: RawPixels[] = [];
  for (const frame of framesOf(all, facts.frames)) {
    const canvas = Canvas.on(frame, run.maxPixels);
    made.push(await (await through(canvas, frameRun, spans)).pixels());
  }
  return Canvas.on(stacked(made), run.maxPixels, made.length);
}

async function timed(
  step: Step,
  canvas: Canvas,
  run: Run,
  spans: Map<string, number>,
): Promise<void> {
  const start = performance.now();
  await step.work(canvas, run);
  const before = spans.get(step.name) ?? 0;
  spans.set(step.name, before + performance.now() - start);
}

/** 16 bits are carried only where they can be seen: a deep source into a deep target. Logos are 8-bit. */
function keepsDepth({ source, intent, overlay: logo }: Run): boolean {
  return (
    source.facts.bitDepth > 8 && intent.encoding.depth > 8 && logo === undefined
  );
}
