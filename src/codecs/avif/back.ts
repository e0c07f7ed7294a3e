// AVIF in the children: libaom through sharp, and through avifenc for the one sampling sharp cannot write.

import { avifenc, type AvifencOptions } from "../../engines/avifenc.ts";
import { decodeToRaw } from "../../engines/sharp.ts";
import { setRawProfile } from "../../engines/v-file.ts";
import type { Facts } from "../../image/facts.ts";
import type { ConvertIntent } from "../../image/intent.ts";
import type {
  Candidate,
  CodecBack,
  CommandEncoding,
  DecodedSource,
  OptimizeJob,
  WorkBench,
} from "../codec.ts";
import { cicpProfile, uprightSource, warnOfToneCurve } from "../heif-decode.ts";
import {
  cannotRecode,
  dressed,
  floorFor,
  lostBeside,
  stripped,
} from "../heif-optimize.ts";
import { forecast } from "./forecast.ts";
import { readMetadata, writeMetadata } from "./metadata.ts";
import {
  avifencQuantizer,
  avifSettings,
  effortFor,
  encoderFor,
  reencodeSettings,
  svtQuality,
} from "./plan.ts";
import { encodeAgain } from "./recode.ts";

export const back: CodecBack = {
  decode,
  encoding(intent, picture, bench) {
    if (encoderFor(intent.encoding, picture, bench) === "svt") {
      return byAvifenc(intent, intent.encoding.speed, {
        codec: "svt",
        tunesForImages: bench.engines.has("avifenc:svt-iq"),
      });
    }
    const { effort, capped } = effortFor(intent.encoding.speed, picture);
    if (capped) bench.warn("avif-effort-capped");
    if (intent.encoding.chroma === "422" && !intent.encoding.lossless) {
      if (bench.engines.has("avifenc")) {
        return byAvifenc(intent, 9 - effort, { codec: "aom" });
      }
      bench.warn("chroma-444");
    }
    return {
      engine: "sharp",
      output: "avif",
      options: { ...avifSettings(intent.quality, intent.encoding, effort) },
    };
  },
  readMetadata,
  writeMetadata,
  forecast,
  run: {
    "metadata-strip": (job) => Promise.resolve(stripped(job)),
    "avif-reencode": recoded,
  },
};

async function decode(
  path: string,
  facts: Facts,
  bench: WorkBench,
): Promise<DecodedSource> {
  const profile = cicpProfile(facts);
  if (profile === undefined) {
    return uprightSource(path, facts, facts.profile.kind === "other");
  }
  const raw = bench.scratch("decoded.v");
  await decodeToRaw(path, raw, facts);
  await setRawProfile(raw, profile);
  warnOfToneCurve(facts.cicp, bench);
  return uprightSource(raw, facts, true);
}

async function recoded(job: OptimizeJob): Promise<Candidate | string> {
  const obstacle = cannotRecode(job);
  if (obstacle !== undefined) return obstacle;
  const { facts, intent } = job;
  const settings = reencodeSettings(intent.quality, facts);
  const coded = await encodeAgain(job.inputPath, job, settings);
  return {
    bytes: dressed(coded, job),
    method: "avif-reencode",
    byTool: false,
    upright: true,
    warnings: lostBeside(job),
    minScore: floorFor(intent.quality),
  };
}

/** What sharp cannot write, by avifenc. */
function byAvifenc(
  intent: ConvertIntent,
  speed: number,
  engine: Pick<AvifencOptions, "codec" | "tunesForImages">,
): CommandEncoding {
  const { depth, chroma } = intent.encoding;
  return {
    engine: "command",
    run: (input, output, bench) =>
      avifenc(input, output, {
        ...engine,
        ...{ speed, depth, chroma },
        quantizer: avifencQuantizer(
          engine.codec === "svt"
            ? svtQuality(intent.quality, engine.tunesForImages === true)
            : intent.quality,
        ),
        timeoutMs: bench.toolTimeoutMs,
      }),
  };
}
