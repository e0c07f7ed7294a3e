// Has a row decode a file; whatever an engine throws over it is the file's fault, and is called that.

import type { CodecBack, DecodedSource, WorkBench } from "../codecs/codec.ts";
import { ServiceError } from "../errors.ts";
import type { Facts } from "../image/facts.ts";
import type { Size } from "../image/geometry.ts";
import { refuseExhausted } from "./damage.ts";
import { undecodable } from "./undecodable.ts";

/**
 * As `CodecBack.decode`. Where the engine's own error is not typed, throws
 * `invalid_image`, or `optimization_failed` when memory ran out.
 */
export async function decodeFile(
  back: CodecBack,
  path: string,
  facts: Facts,
  bench: WorkBench,
  asked?: Size,
): Promise<DecodedSource> {
  try {
    return await back.decode(path, facts, bench, asked);
  } catch (cause) {
    if (cause instanceof ServiceError) throw cause;
    refuseExhausted(cause);
    throw undecodable(facts, cause);
  }
}
