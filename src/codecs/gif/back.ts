// GIF in the children: encodes through sharp, runs the strategies that strategies.ts declares.

import { readFile, writeFile } from "node:fs/promises";

import { gifsicle } from "../../engines/gifsicle.ts";
import { ServiceError } from "../../errors.ts";
import type { Candidate, CodecBack, OptimizeJob, WorkBench } from "../codec.ts";
import type { Facts } from "../../image/facts.ts";
import { assemble, stripped } from "./assemble.ts";
import { structureOf, type Structure } from "./blocks.ts";
import { decode } from "./decode.ts";
import { framesOf, timingOf } from "./frames.ts";
import { readMetadata, writeMetadata } from "./metadata.ts";
import { gifSettings, LOSSLESS, lossSettings, MAX_EDGE } from "./plan.ts";
import type { LossSettings } from "./plan.ts";
import { settle } from "./settle.ts";

export const back: CodecBack = {
  decode,
  encoding: (intent, { width, height, frames }) => {
    if (Math.max(width, height) > MAX_EDGE) {
      throw new ServiceError(
        "image_too_large",
        `GIF holds at most ${MAX_EDGE} px along an edge; ask for a smaller size or another format.`,
        { limit: MAX_EDGE },
      );
    }
    const { quality, encoding } = intent;
    return {
      engine: "sharp",
      output: "gif",
      options: {
        ...gifSettings(quality, encoding.lossless, width * height * frames),
      },
    };
  },
  timing: (file) => timingOf(structureOf(file)),
  readMetadata,
  writeMetadata,
  run: {
    "metadata-strip": (job) => Promise.resolve(metadataStrip(job)),
    gifsicle: (job, bench) => recode(job, bench, LOSSLESS),
    "gifsicle-lossy": (job, bench) =>
      recode(job, bench, lossSettings(job.intent.quality)),
  },
};

/**
 * Share of all pixels that must settle for it to pay: 0.85 where grain over a
 * still scene went (13 % of the bytes where `--lossy` alone left 54 %), at most
 * 0.4 in pans and fades, where settling saved nothing and cost 10 points.
 */
const SETTLING_SHARE = 0.6;

function metadataStrip(job: OptimizeJob): Candidate {
  return {
    bytes: stripped(job),
    method: "metadata-strip",
    byTool: false,
    upright: false,
    ...warnings(job),
  };
}

/** A file that ends within a frame loses that frame in every way. */
function warnings({ input }: OptimizeJob): Pick<Candidate, "warnings"> {
  return structureOf(input).isWhole ? {} : { warnings: ["truncated"] };
}

async function recode(
  job: OptimizeJob,
  bench: WorkBench,
  { lossiness, distance, minScore }: LossSettings,
): Promise<Candidate | string> {
  const file = stripped(job);
  const structure = structureOf(file);
  const reason = whyNot(structure, job.facts);
  if (reason !== undefined) return reason;
  const isSettling = distance > 0 && bearsSettling(structure, job.facts);
  const settled = isSettling ? settle(file, distance) : undefined;
  const pays = settled !== undefined && settled.share >= SETTLING_SHARE;
  const coded = await code(pays ? settled.bytes : file, lossiness, job, bench);
  const method = [
    "gifsicle -O3",
    ...(lossiness > 0 ? [`--lossy=${lossiness}`] : []),
  ];
  return {
    bytes: assemble(coded, job),
    method: [...(pays ? ["settle +"] : []), ...method].join(" "),
    byTool: true,
    upright: false,
    ...(minScore > 0 && { minScore }),
    ...warnings(job),
  };
}

/** Why gifsicle would change the picture, if it would. */
function whyNot(structure: Structure, { width, height }: Facts) {
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
  job: OptimizeJob,
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
