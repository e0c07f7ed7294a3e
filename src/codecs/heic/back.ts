// HEIC in the children: what converts, what runs the strategies that strategies.ts declares; encoded by heif-enc.

import { heifEnc } from "../../engines/heif-enc.ts";
import type { Candidate, CodecBack, OptimizeJob, WorkBench } from "../codec.ts";
import { smallestFrom } from "../finer-looks.ts";
import {
  cannotRecode,
  dressed,
  floorFor,
  lostBeside,
  stripped,
} from "../heif-optimize.ts";
import { decode } from "./decode.ts";
import { forecast } from "./forecast.ts";
import { readMetadata, writeMetadata } from "./metadata.ts";
import { convertSettings, isAlmostEmpty, reencodeSettings } from "./plan.ts";
import { encodeAgain } from "./recode.ts";

export const back: CodecBack = {
  decode,
  encoding({ quality, encoding }, { width, height }) {
    const settings = convertSettings(quality, encoding, width * height);
    return {
      engine: "command",
      run: (input, output, bench) =>
        heifEnc(input, output, {
          ...settings,
          timeoutMs: bench.toolTimeoutMs,
        }),
    };
  },
  readMetadata,
  writeMetadata,
  forecast,
  run: {
    "metadata-strip": (job) => Promise.resolve(stripped(job)),
    "heic-reencode": recoded,
  },
};

async function recoded(
  job: OptimizeJob,
  bench: WorkBench,
): Promise<Candidate | string> {
  const obstacle = cannotRecode(job);
  if (obstacle !== undefined) return obstacle;
  const { facts, intent } = job;
  const { path } = await decode(job.inputPath, facts, bench);
  const coded = await smallestFrom(
    intent.quality,
    (quality) =>
      encodeAgain(path, job, reencodeSettings(quality, facts), bench),
    ({ length }) => isAlmostEmpty(length, facts),
  );
  return {
    bytes: dressed(coded, job),
    method: "heic-reencode",
    byTool: true,
    upright: true,
    warnings: lostBeside(job),
    minScore: floorFor(intent.quality),
  };
}
