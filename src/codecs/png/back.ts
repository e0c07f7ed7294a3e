// PNG and APNG in the children.

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
import { decodeInPlace } from "../decode-in-place.ts";
import { packAnimation, quantizeAnimation } from "./animated.ts";
import { isAnimation, readAnimation, timing } from "./animation.ts";
import { stackFrames } from "./composite.ts";
import { forecast } from "./forecast.ts";
import { readMetadata, writeMetadata } from "./metadata.ts";
import { isLarge, pngSettings, reductionSettings } from "./plan.ts";
import { deflateStill, packStill, quantizeStill } from "./still.ts";
import { stripped } from "./strip.ts";

export const back: CodecBack = {
  decode: (path, facts, bench) =>
    facts.frames === 1
      ? decodeInPlace(path, facts)
      : decodeAnimation(path, facts, bench),
  encoding: () => ({
    engine: "sharp",
    output: "png",
    options: { ...pngSettings() },
  }),
  timing,
  forecast,
  readMetadata,
  writeMetadata,
  run: {
    "metadata-strip": (job) =>
      Promise.resolve({
        bytes: stripped(job),
        method: "metadata-strip",
        byTool: false,
        upright: false,
      }),
    deflate: either(deflateStill, packAnimation),
    oxipng: either(packStill, packAnimation),
    imagequant: orDeflated(either(quantizeStill, quantizeFrames)),
  },
};

function quantizeFrames(job: OptimizeJob): Promise<Candidate | string> {
  const { quality } = job.intent;
  return quantizeAnimation(job, reductionSettings(quality, job.facts));
}

/** Large pictures that no palette suits are deflated instead; only then, for it takes 4 CPU-s of 12 MP. */
function orDeflated(quantize: Run): Run {
  const deflate = either(deflateStill, packAnimation);
  return async (job, bench) => {
    const made = await quantize(job, bench);
    const hasFailed = typeof made === "string" && isLarge(job.facts);
    return hasFailed ? deflate(job, bench) : made;
  };
}

/** An animation of one frame is one all the same: only its own reader sees that frame. */
function either(still: Run, animated: Run): Run {
  return (job, bench) =>
    isAnimation(job.input) ? animated(job, bench) : still(job, bench);
}

/** All frames as they are shown, in one raw file, in the profile that the file carries. */
async function decodeAnimation(
  path: string,
  facts: Facts,
  bench: WorkBench,
): Promise<DecodedSource> {
  const file = await readBytes(path);
  const animation = readAnimation(file);
  const size = { width: facts.width, height: facts.height * facts.frames };
  const output = bench.scratch("frames.v");
  const convertProfile = facts.profile.kind === "other";
  await writeRaw(
    output,
    { ...size, data: stackFrames(animation), channels: 4 },
    convertProfile ? readMetadata(file).icc : undefined,
  );
  return {
    path: output,
    size,
    orientation: facts.orientation,
    convertProfile,
    stacked: true,
  };
}
