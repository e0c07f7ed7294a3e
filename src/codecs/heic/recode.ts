// Encodes a HEIC's samples again: the whole file's, or those of a part that stands for it.

import { readBytes } from "../containers/reader.ts";
import { heifEnc } from "../../engines/heif-enc.ts";
import { rawToPng } from "../../engines/sharp.ts";
import type { OptimizeJob, WorkBench } from "../codec.ts";
import type { HeicSettings } from "./plan.ts";

/** The samples in the `.v` file at a path, with the profile that stands in it. Rejects as `heifEnc` does. */
export async function encodeAgain(
  path: string,
  { facts }: OptimizeJob,
  settings: HeicSettings,
  bench: WorkBench,
): Promise<Uint8Array> {
  const png = bench.scratch("pixels.png");
  const heic = bench.scratch("coded.heic");
  await rawToPng(path, png, {
    deep: facts.bitDepth > 8,
    keepProfile: facts.profile.kind === "other",
  });
  const { toolTimeoutMs: timeoutMs } = bench;
  await heifEnc(png, heic, { ...settings, timeoutMs });
  return readBytes(heic);
}
