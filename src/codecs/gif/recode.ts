// Codes the frames of a GIF anew, settled first where that pays; decides nothing about what stands around them.

import { readFile, writeFile } from "node:fs/promises";

import { gifsicle } from "../../engines/gifsicle.ts";
import type { Facts } from "../../image/facts.ts";
import { meanScore } from "../../score/animation.ts";
import type { OptimizeJob, WorkBench } from "../codec.ts";
import { structureOf, type Structure } from "./blocks.ts";
import { framesOf } from "./frames.ts";
import type { LossSettings } from "./plan.ts";
import { settle } from "./settle.ts";

/**
 * Share of all pixels that must settle for it to pay: 0.85 where grain over a
 * still scene went (13 % of the bytes where `--lossy` alone left 54 %), 0.4 in fades,
 * where settling saved nothing and cost 10 points; 0.47 to 0.79 in pans over photos, which
 * the score turns down.
 */
const SETTLING_SHARE = 0.6;

/** A file of nothing but frames, timing and loops. */
export interface Recoded {
  readonly bytes: Uint8Array;
  readonly method: string;
}

type Task = Pick<OptimizeJob, "input" | "inputPath" | "facts" | "tolerance">;

/** `file` is the job's input, or some of its frames, with nothing but what the picture needs. */
export async function recodeFrames(
  file: Uint8Array,
  job: Task,
  bench: WorkBench,
  { lossiness }: Pick<LossSettings, "lossiness">,
): Promise<Recoded> {
  const loss = lossiness > 0 ? [`--lossy=${lossiness}`] : [];
  return {
    bytes: await code(file, lossiness, job, bench),
    method: ["gifsicle -O3", ...loss].join(" "),
  };
}

/** The same with pixels left standing that hardly change; a reason (a token) where too few do, or the picture's score falls too low. */
export async function recodeSettled(
  file: Uint8Array,
  job: Task,
  bench: WorkBench,
  settings: LossSettings,
): Promise<Recoded | string> {
  const isCleared = framesOf(structureOf(file)).some(
    ({ disposal }) => disposal > 1,
  );
  if (isCleared) return "frames-cleared";
  const { bytes, share, shown } = settle(file, settings.distance);
  if (share < SETTLING_SHARE) return "hardly-settles";
  // Coding, which takes ten times as long, takes away more.
  if (meanScore(shown) < settings.minScore) return "score-too-low";
  const coded = await recodeFrames(bytes, job, bench, settings);
  return { ...coded, method: `settle + ${coded.method}` };
}

/** Either way. */
export type Recode = typeof recodeFrames | typeof recodeSettled;

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

async function code(
  file: Uint8Array,
  lossiness: number,
  job: Task,
  bench: WorkBench,
): Promise<Uint8Array> {
  const strict = job.tolerance === "warning";
  const timeoutMs = bench.toolTimeoutMs;
  const pass = async (input: string, loss: number): Promise<string> => {
    const output = bench.scratch("coded.gif");
    await gifsicle(input, output, { lossiness: loss, strict, timeoutMs });
    return output;
  };
  const isAsItCame = file === job.input;
  const input = isAsItCame ? job.inputPath : bench.scratch("frames.gif");
  if (!isAsItCame) await writeFile(input, file);
  const first = await pass(input, lossiness);
  // With loss it may leave 4 % that it finds itself in a second look; or undo, without it, a fifth of what it saved.
  const passes = lossiness > 0 ? [first, await pass(first, 0)] : [first];
  const results = await Promise.all(passes.map((path) => readFile(path)));
  return results.reduce((a, b) => (b.length < a.length ? b : a));
}
