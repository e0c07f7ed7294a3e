// Takes a JPEG's own coefficients over into a JPEG XL, from which the JPEG can be made again; decides when.

import { writeFile } from "node:fs/promises";

import { readBytes } from "../containers/reader.ts";
import { transcodeJpeg } from "../../engines/jxl.ts";
import { ServiceError } from "../../errors.ts";
import type { Facts } from "../../image/facts.ts";
import type { ConvertIntent } from "../../image/intent.ts";
import type { WorkBench } from "../codec.ts";
import { isExact } from "./plan.ts";
import { rebuild } from "./rebuild.ts";

/**
 * Whether it was asked that nothing be lost, and the source is a JPEG that
 * libjxl takes. Without its metadata the JPEG could be made again no more, so
 * the data for that go too. Throws `tool_timeout`.
 */
export async function transcode(
  { path, facts }: { readonly path: string; readonly facts: Facts },
  output: string,
  intent: ConvertIntent,
  bench: WorkBench,
): Promise<boolean> {
  const mayLose = !intent.encoding.lossless && !isExact(intent.quality);
  if (mayLose || !isPlainJpeg(facts)) return false;
  try {
    await transcodeJpeg(path, output, bench.toolTimeoutMs);
  } catch (error) {
    // Arithmetic coding, odd sampling: the pixels are encoded instead.
    if (error instanceof ServiceError && error.code === "optimization_failed")
      return false;
    throw error;
  }
  if (intent.stripMetadata) {
    const file = await readBytes(output);
    await writeFile(
      output,
      rebuild(file, (type) => type === "jxll", {}),
    );
  }
  return true;
}

/** The one coding that JPEG XL can take over. A gain map behind the picture would be lost in it. */
function isPlainJpeg({ format, color, bitDepth }: Facts): boolean {
  return format === "jpeg" && color !== "cmyk" && bitDepth === 8;
}
