// Hands a result to the caller as a stream that outlives its file: the workspace may go before the last byte has left.

import { open } from "node:fs/promises";
import type { Readable } from "node:stream";

export interface ResponseBody {
  readonly stream: Readable;
  readonly bytes: number;
}

/** Opens the file at `path`; once open, its name may be removed and the data stay until the stream ends. */
export async function responseBody(path: string): Promise<ResponseBody> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    // With its end known, the stream ends with the last byte: one more look at
    // the file comes so late that a client who has all may have left, and would
    // count as one that left before.
    const end = Math.max(0, size - 1);
    return { stream: file.createReadStream({ end }), bytes: size };
  } catch (error) {
    await file.close();
    throw error;
  }
}
