// HEIC in the children: decoded by the vips command or libheif in WebAssembly, never through a lossy intermediate; encoded by heif-enc.

import { readFile } from "node:fs/promises";

import { heifEnc } from "../../engines/heif-enc.ts";
import { libheifDecode } from "../../engines/libheif.ts";
import { rawToPng } from "../../engines/sharp.ts";
import { setRawProfile, writeRaw } from "../../engines/v-file.ts";
import { vipsDecodeHeif } from "../../engines/vips.ts";
import { ServiceError } from "../../errors.ts";
import type { Facts } from "../../image/facts.ts";
import type {
  Candidate,
  CodecBack,
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
import { readMetadata, writeMetadata } from "./metadata.ts";
import { convertSettings, reencodeSettings } from "./plan.ts";

export const back: CodecBack = {
  decode,
  encoding({ quality, encoding }, { width, height }, { engines }) {
    if (!engines.has("heif-enc:x265")) {
      throw new ServiceError(
        "unsupported_format",
        "This server cannot write HEIC: heif-enc with x265 is not installed.",
      );
    }
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
  run: {
    "metadata-strip": (job) => Promise.resolve(stripped(job)),
    "heic-reencode": recoded,
  },
};

async function decode(
  path: string,
  facts: Facts,
  bench: WorkBench,
): Promise<DecodedSource> {
  const raw = bench.scratch("decoded.v");
  const profile =
    facts.profile.kind === "other"
      ? readMetadata(await readFile(path)).icc
      : cicpProfile(facts);
  if (bench.engines.has("vips:heifload")) {
    try {
      await vipsDecodeHeif(path, raw, bench.toolTimeoutMs);
    } catch (error) {
      throw refused(error);
    }
    await setRawProfile(raw, profile);
  } else {
    const wanted = { deep: facts.bitDepth > 8, alpha: facts.hasAlpha };
    await writeRaw(
      raw,
      await libheifDecode(await readFile(path), wanted),
      profile,
    );
  }
  warnOfToneCurve(facts.cicp, bench);
  return uprightSource(raw, facts, profile !== undefined);
}

async function recoded(
  job: OptimizeJob,
  bench: WorkBench,
): Promise<Candidate | string> {
  const obstacle = cannotRecode(job);
  if (obstacle !== undefined) return obstacle;
  const { facts, intent } = job;
  const { path } = await decode(job.inputPath, facts, bench);
  const [png, heic] = [
    bench.scratch("pixels.png"),
    bench.scratch("coded.heic"),
  ];
  await rawToPng(path, png, {
    deep: facts.bitDepth > 8,
    keepProfile: facts.profile.kind === "other",
  });
  await heifEnc(png, heic, {
    ...reencodeSettings(intent.quality, facts),
    timeoutMs: bench.toolTimeoutMs,
  });
  return {
    bytes: dressed(new Uint8Array(await readFile(heic)), job),
    method: "heic-reencode",
    byTool: true,
    upright: true,
    warnings: lostBeside(job),
    minScore: floorFor(intent.quality),
  };
}

/** An exit with an error is the decoder's verdict on the file; a crash or a missing tool is not. */
function refused(error: unknown): unknown {
  const isVerdict =
    error instanceof ServiceError && error.context["exit"] !== undefined;
  if (!isVerdict) return error;
  return new ServiceError(
    "invalid_image",
    "The HEIC file does not decode: it is damaged, cut off, or of a kind not supported.",
    { detected: "heic" },
    { cause: error },
  );
}
