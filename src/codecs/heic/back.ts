// HEIC in the children: decoded by the vips command, never through a lossy intermediate.

import { readFile } from "node:fs/promises";

import { setRawProfile } from "../../engines/v-file.ts";
import { ServiceError } from "../../errors.ts";
import { vipsDecodeHeif } from "../../engines/vips.ts";
import type { Facts } from "../../image/facts.ts";
import type { CodecBack, DecodedSource, WorkBench } from "../codec.ts";
import { cicpProfile, uprightSource, warnOfToneCurve } from "../heif-decode.ts";
import { readMetadata, writeMetadata } from "./metadata.ts";

export const back: CodecBack = { decode, readMetadata, writeMetadata, run: {} };

async function decode(
  path: string,
  facts: Facts,
  bench: WorkBench,
): Promise<DecodedSource> {
  const raw = bench.scratch("decoded.v");
  try {
    await vipsDecodeHeif(path, raw, bench.toolTimeoutMs);
  } catch (error) {
    throw refused(error);
  }
  const profile =
    facts.profile.kind === "other"
      ? readMetadata(await readFile(path)).icc
      : cicpProfile(facts);
  await setRawProfile(raw, profile);
  warnOfToneCurve(facts.cicp, bench);
  return uprightSource(raw, facts, profile !== undefined);
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
