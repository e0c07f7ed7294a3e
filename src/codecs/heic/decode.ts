// Brings a HEIC's pixels to a file that sharp opens: by the vips command or libheif in WebAssembly, never through a lossy intermediate.

import { readFile } from "node:fs/promises";

import { believing } from "../../engines/command.ts";
import { libheifDecode } from "../../engines/libheif.ts";
import { setRawProfile, writeRaw } from "../../engines/v-file.ts";
import { vipsDecodeHeif } from "../../engines/vips.ts";
import { ServiceError } from "../../errors.ts";
import type { Facts } from "../../image/facts.ts";
import type { DecodedSource, WorkBench } from "../codec.ts";
import { cicpProfile, uprightSource, warnOfToneCurve } from "../heif-decode.ts";
import { readMetadata } from "./metadata.ts";

/** Throws `invalid_image` when the file does not decode, and `tool_timeout`. */
export async function decode(
  path: string,
  facts: Facts,
  bench: WorkBench,
): Promise<DecodedSource> {
  const raw = bench.scratch("decoded.v");
  const profile =
    facts.profile.kind === "other"
      ? readMetadata(await readFile(path)).icc
      : cicpProfile(facts);
  if (usesVips(facts, bench)) {
    try {
      await vipsDecodeHeif(path, raw, bench.toolTimeoutMs);
    } catch (error) {
      throw refused(error);
    }
    await believing("vips", () => setRawProfile(raw, profile));
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

/**
 * Pixels up to which libheif in WebAssembly decodes sooner than vips, whose start
 * takes 45 ms: 0.06 MP in 21 CPU-ms for 48, 0.33 in 29 for 59, 1.1 in 106 for 118, 3.8 in 279 for 198.
 */
const SMALL_PIXELS = 800_000;

function usesVips(
  { width, height, codedPixels }: Facts,
  { engines }: WorkBench,
): boolean {
  const isSmall = Math.max(width * height, codedPixels) <= SMALL_PIXELS;
  const isSpared = isSmall && engines.has("libheif-js");
  return engines.has("vips:heifload") && !isSpared;
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
