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
    return { stream: file.createReadStream({ autoClose: true }), bytes: size };
  } catch (error) {
    await file.close();
    throw error;
  }
}
