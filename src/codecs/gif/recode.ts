// Codes the frames of a GIF anew, settled first where that pays; decides nothing about what stands around them.

import { readFile, writeFile } from "node:fs/promises";

import { gifsicle } from "../../engines/gifsicle.ts";
import type { Facts } from "../../image/facts.ts";
import type { OptimizeJob, WorkBench } from "../codec.ts";
import { structureOf, type Structure } from "./blocks.ts";
import { framesOf } from "./frames.ts";
import type { LossSettings } from "./plan.ts";
import { settle } from "./settle.ts";

/**
 * Share of all pixels that must settle for it to pay: 0.85 where grain over a
 * still scene went (13 % of the bytes where `--lossy` alone left 54 %), at most
 * 0.4 in pans and fades, where settling saved nothing and cost 10 points.
 */
const SETTLING_SHARE = 0.6;

/** A file of nothing but frames, timing and loops. */
export interface Recoded {
  readonly bytes: Uint8Array;
  readonly method: string;
}

/** `file` is the job's input, or some of its frames, with nothing but what the picture needs. */
export async function recodeFrames(
  file: Uint8Array,
  job: Pick<OptimizeJob, "facts" | "tolerance">,
  bench: WorkBench,
  { lossiness, distance }: Omit<LossSettings, "minScore">,
): Promise<Recoded> {
  const isSettling =
    distance > 0 && bearsSettling(structureOf(file), job.facts);
  const settled = isSettling ? settle(file, distance) : undefined;
  const pays = settled !== undefined && settled.share >= SETTLING_SHARE;
  const bytes = await code(pays ? settled.bytes : file, lossiness, job, bench);
  const method = [
    "gifsicle -O3",
    ...(lossiness > 0 ? [`--lossy=${lossiness}`] : []),
  ];
  return {
    bytes,
    method: [...(pays ? ["settle +"] : []), ...method].join(" "),
  };
}

/** Why gifsicle would change the picture, if it would. */
export function whyNot(
  structure: Structure,
  { width, height }: Facts,
): string | undefined {
  // Plain text is drawn, by the letter of the format; gifsicle drops it.
  if (structure.blocks.some(({ kind }) => kind === "plain-text"))
    return "plain-text";
  // It enlarges the screen where later frames reach beyond it; browsers cut them.
  const reachesOut = framesOf(structure).some(
    (frame) =>
      frame.left + frame.width > width || frame.top + frame.height > height,
  );
  return reachesOut ? "frames-beyond-screen" : undefined;
}

/** Whether each frame is drawn over the last, and nothing shows through. */
function bearsSettling(structure: Structure, facts: Facts): boolean {
  return (
    facts.frames > 1 &&
    !facts.hasAlpha &&
    framesOf(structure).every(({ disposal }) => disposal <= 1)
  );
}

async function code(
  file: Uint8Array,
  lossiness: number,
  job: Pick<OptimizeJob, "tolerance">,
  bench: WorkBench,
): Promise<Uint8Array> {
  const strict = job.tolerance === "warning";
  const timeoutMs = bench.toolTimeoutMs;
  const pass = async (input: string, loss: number): Promise<string> => {
    const output = bench.scratch("coded.gif");
    await gifsicle(input, output, { lossiness: loss, strict, timeoutMs });
    return output;
  };
  const input = bench.scratch("frames.gif");
  await writeFile(input, file);
  const first = await pass(input, lossiness);
  // With loss it may leave 4 % that it finds itself in a second look; or undo, without it, a fifth of what it saved.
  const passes = lossiness > 0 ? [first, await pass(first, 0)] : [first];
  const results = await Promise.all(passes.map((path) => readFile(path)));
  return results.reduce((a, b) => (b.length < a.length ? b : a));
}
