// JPEG XL in the children: djxl decodes, cjxl encodes and takes over JPEGs; runs the strategies that strategies.ts declares.

import { readBytes } from "../containers/reader.ts";
import { cjxl } from "../../engines/jxl.ts";
import type { Facts } from "../../image/facts.ts";
import type {
  CodecBack,
  CommandEncoding,
  DecodedSource,
  WorkBench,
} from "../codec.ts";
import { readProfile } from "../containers/icc.ts";
import { walkBytes } from "../containers/walk.ts";
import { cicpProfile, uprightSource, warnOfToneCurve } from "../heif-decode.ts";
import { forecast } from "./forecast.ts";
import { readMetadata, writeMetadata } from "./metadata.ts";
import { decodeFiles, writeFrames } from "./pixels.ts";
import { convertSettings } from "./plan.ts";
import { recodeLossless, recodeLossy } from "./recode.ts";
import { strip } from "./strip.ts";
import { walkStructure } from "./structure.ts";
import { timingOf } from "./timing.ts";
import { transcode } from "./transcode.ts";

export const back: CodecBack = {
  decode,
  encoding: (intent, picture): CommandEncoding => ({
    engine: "command",
    run: (input, output, bench) =>
      cjxl(input, output, {
        ...convertSettings(intent, picture),
        timeoutMs: bench.toolTimeoutMs,
      }),
  }),
  transcode,
  timing: (file) => timingOf(walkBytes(file, walkStructure(file.length))),
  readMetadata,
  writeMetadata,
  forecast,
  run: {
    "metadata-strip": strip,
    "jxl-lossless": recodeLossless,
    "jxl-reencode": recodeLossy,
  },
};

/** Profiles are what the decoder says of its own pixels; only HDR is brought to a display's range by ours. */
async function decode(
  path: string,
  facts: Facts,
  bench: WorkBench,
): Promise<DecodedSource> {
  const files = await decodeFiles(path, facts, bench);
  const output = bench.scratch("decoded.v");
  const own = await readBytes(files.profile);
  const named = readProfile(own).kind === "other" ? own : undefined;
  const isHdr = facts.cicp !== undefined && facts.cicp.transfer >= 16;
  const profile = isHdr && facts.color !== "gray" ? cicpProfile(facts) : named;
  await writeFrames(files, facts.frames, output, profile);
  warnOfToneCurve(facts.cicp, bench);
  const source = uprightSource(output, facts, profile !== undefined);
  return facts.frames > 1 ? { ...source, stacked: true } : source;
}
