// Takes the metadata out of a PNG by leaving out chunks; every other byte is copied.

import type { OptimizeJob } from "../codec.ts";
import { essentials } from "./assemble.ts";
import { CHUNK_OVERHEAD, chunksIn, PNG_SIGNATURE } from "./chunks.ts";
import { invalid } from "./image-header.ts";
import { isCoded, survives } from "./survivors.ts";

/** The job's input without what does not survive, nor anything behind its end. Throws `invalid_image` when that end is missing. */
export function stripped(job: OptimizeJob): Uint8Array {
  const { input } = job;
  const chunks = chunksIn(input);
  if (chunks.at(-1)?.type !== "IEND") throw invalid("The PNG is cut off.");
  const firstData = chunks.findIndex(({ type }) => type === "IDAT");
  const copied = chunks.map((chunk) =>
    isCoded(chunk) || survives(chunk, job, false)
      ? [
          input.subarray(
            chunk.start,
            chunk.start + chunk.length + CHUNK_OVERHEAD,
          ),
        ]
      : [],
  );
  return Buffer.concat([
    PNG_SIGNATURE,
    ...copied.slice(0, firstData).flat(),
    ...essentials(job),
    ...copied.slice(firstData).flat(),
  ]);
}
