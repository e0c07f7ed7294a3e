// AVIF in the children: libaom through sharp, and through avifenc for the one sampling sharp cannot write.

import { avifenc } from "../../engines/avifenc.ts";
import { decodeToRaw } from "../../engines/sharp.ts";
import { setRawProfile } from "../../engines/v-file.ts";
import type { Facts } from "../../image/facts.ts";
import type { ConvertIntent } from "../../image/intent.ts";
import type {
  CodecBack,
  CommandEncoding,
  DecodedSource,
  WorkBench,
} from "../codec.ts";
import { cicpProfile, uprightSource, warnOfToneCurve } from "../heif-decode.ts";
import { readMetadata, writeMetadata } from "./metadata.ts";
import { avifencQuantizer, avifSettings, effortFor } from "./plan.ts";

export const back: CodecBack = {
  decode,
  encoding(intent, picture, bench) {
    const { effort, capped } = effortFor(intent.encoding.speed, picture);
    if (capped) bench.warn("avif-effort-capped");
    if (intent.encoding.chroma === "422") {
      if (bench.engines.has("avifenc")) return halfChroma(intent, effort);
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
  run: {},
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

/** 4:2:2 by avifenc. */
function halfChroma(intent: ConvertIntent, effort: number): CommandEncoding {
  return {
    engine: "command",
    run: (input, output, bench) =>
      avifenc(input, output, {
        quantizer: avifencQuantizer(intent.quality),
        speed: 9 - effort,
        depth: intent.encoding.depth,
        chroma: "422",
        timeoutMs: bench.toolTimeoutMs,
      }),
  };
}
