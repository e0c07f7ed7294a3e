// Takes a picture through the steps in order; the order is the array below and nothing else.

import type { Size } from "../image/geometry.ts";
import { openCanvas } from "./open.ts";
import type { Run, Step } from "./step.ts";
import { encode } from "./steps/encode.ts";
import { orient } from "./steps/orient.ts";
import { overlay } from "./steps/overlay.ts";
import { resize } from "./steps/resize.ts";
import { toSrgb } from "./steps/to-srgb.ts";
import { unsharp } from "./steps/unsharp.ts";

/** Decoding comes before (it differs by format); writing metadata comes after (it is work on containers). */
export const STEPS: readonly Step[] = [
  orient,
  toSrgb,
  resize,
  overlay,
  unsharp,
  encode,
];

export interface RunResult {
  readonly size: Size;
  /** Milliseconds by step; a lazy step's work shows in the step that ends its pass. */
  readonly spans: ReadonlyMap<string, number>;
  /** What the decoder complained of while it went on. */
  readonly complaints: readonly string[];
}

/** Writes the result to `run.outputPath`. Rejects with sharp's error when the source does not decode, else as the steps do. */
export async function runPipeline(run: Run): Promise<RunResult> {
  const canvas = openCanvas(run.source, run, keepsDepth(run));
  const spans = new Map<string, number>();
  for (const step of STEPS) {
    if (!step.applies(run)) continue;
    const start = performance.now();
    await step.work(canvas, run);
    spans.set(step.name, performance.now() - start);
  }
  return { size: canvas.size, spans, complaints: canvas.complaints };
}

/** 16 bits are carried only where they can be seen: a deep source into a deep target. Logos are 8-bit. */
function keepsDepth({ source, intent, overlay: logo }: Run): boolean {
  return (
    source.facts.bitDepth > 8 && intent.encoding.depth > 8 && logo === undefined
  );
}
