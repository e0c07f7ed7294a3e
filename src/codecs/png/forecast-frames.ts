// Tells what the strategies would make of an APNG, by having them make it of some of its frames.

import type { Forecast, OptimizeJob } from "../codec.ts";
import { NotForetold } from "../forecast.ts";
import { packAnimation, quantizeAnimation, stripOfFrames } from "./animated.ts";
import { animationChunks, readAnimation } from "./animation.ts";
import type { Animation } from "./animation.ts";
import { assembleAround, readCoded } from "./assemble.ts";
import { coarsestReaching } from "./foretold-score.ts";
import { reductionSettings, type ReductionSettings } from "./plan.ts";

/** CPU milliseconds for a megapixel of frames, as many as fit: oxipng with all filters, twice; zlib for large ones costs less. */
const MS_PER_MEGAPIXEL = 2500;

/** Throws `NotForetold` where most frames would be needed. */
export async function foretellFrames(
  job: OptimizeJob,
  inPalette: boolean,
  budgetMs: number,
): Promise<Forecast | string> {
  const animation = readAnimation(job.input);
  const part = partOf(animation, (budgetMs / MS_PER_MEGAPIXEL) * 1e6);
  const input = fileOf(part, job);
  const settings = reductionSettings(job.intent.quality, job.facts);
  const expected = inPalette
    ? await expectedOf(animation, settings)
    : undefined;
  const made = expected
    ? await quantizeAnimation({ ...job, input }, expected.settings)
    : await packAnimation({ ...job, input });
  if (typeof made === "string") return made;
  const image = readCoded(made.bytes);
  const coded = codedBytes(readAnimation(made.bytes));
  const source = codedBytes(part);
  const whole = codedBytes(animation);
  const { method, warnings } = made;
  return {
    method,
    pixelBytes: (whole * coded) / source,
    besideBytes: fileOf(emptied(animation), job, image).length,
    features: {
      animated: 1,
      animatedRatio: Math.log(coded / source),
      doubt: expected?.doubt ?? 0,
    },
    ...(warnings && { warnings }),
  };
}

interface Expected {
  readonly settings: ReductionSettings;
  /** Of which of them it would be (palette/foretell.ts). */
  readonly doubt: number;
}

/** What of the settings the whole animation is expected to be reduced by: a palette serves a few frames better than all. */
async function expectedOf(
  animation: Animation,
  { quantized, drawn }: ReductionSettings,
): Promise<Expected> {
  if (quantized.length === 0)
    return { settings: { quantized, drawn }, doubt: 0 };
  const strip = stripOfFrames(animation);
  const likely = await coarsestReaching(strip, quantized);
  if (!likely) return { settings: { quantized: [], drawn }, doubt: 0 };
  const { setting, doubt } = likely;
  const one = { ...setting, minScore: -Infinity };
  return { settings: { quantized: [one], drawn: [] }, doubt };
}

/** As many frames, evenly spread, as hold about `pixels`; at least one. */
function partOf(animation: Animation, pixels: number): Animation {
  const { frames, still } = animation;
  const all = frames.reduce(
    (sum, { width, height }) => sum + width * height,
    0,
  );
  const count = Math.max(1, Math.round((pixels / all) * frames.length));
  if (count > frames.length / 2) throw new NotForetold("few frames");
  const chosen = Array.from(
    { length: count },
    (_, index) => frames[Math.floor(((index + 0.5) * frames.length) / count)]!,
  );
  return {
    ...animation,
    still: { ...still, data: chosen[0]!.data },
    startsWithStill: true,
    frames: chosen,
  };
}

function fileOf(
  animation: Animation,
  job: OptimizeJob,
  image = animation.still,
): Uint8Array {
  const { width, height } = animation.still.header;
  const header = { ...image.header, width, height };
  return assembleAround({ ...image, header }, animationChunks(animation), job);
}

/** Everything but the coded pixels. */
function emptied(animation: Animation): Animation {
  const data = new Uint8Array(0);
  return {
    ...animation,
    still: { ...animation.still, data },
    frames: animation.frames.map((frame) => ({ ...frame, data })),
  };
}

function codedBytes({ frames, still, startsWithStill }: Animation): number {
  return frames.reduce(
    (sum, { data }) => sum + data.length,
    startsWithStill ? 0 : still.data.length,
  );
}
