// Proves what an outside tool made of a conversion before it is sent: a tool that lies is not believed.

import { ServiceError } from "../errors.ts";
import { withFileReader } from "../codecs/containers/reader.ts";
import type { Codec, CodecBack, Encoding } from "../codecs/codec.ts";
import { orientedSize } from "../image/geometry.ts";
import type { Size } from "../image/geometry.ts";
import { readThrough } from "./compare.ts";
import type { DecodeContext } from "./compare.ts";

/** A back half that remembers whether a tool did its encoding: libvips, through sharp, reports its own failures. */
export function watchedEncoder(back: CodecBack): {
  readonly back: CodecBack;
  readonly usedTool: () => boolean;
} {
  const { encoding } = back;
  let engine: Encoding["engine"] | undefined;
  if (encoding === undefined) return { back, usedTool: () => false };
  return {
    back: {
      ...back,
      encoding: (...args) => {
        const chosen = encoding(...args);
        ({ engine } = chosen);
        return chosen;
      },
    },
    usedTool: () => engine === "command",
  };
}

/**
 * Reads the header of the file at `path` and decodes it to its end. Throws
 * `optimization_failed` when it is not a picture of `size` in the format of
 * `codec`. Decoding takes a tenth to a third of what encoding took.
 */
export async function proveMade(
  path: string,
  codec: Codec,
  size: Size,
  context: DecodeContext,
): Promise<void> {
  try {
    const made = await withFileReader(path, codec.header);
    const shown = orientedSize(made, made.orientation);
    const isAsked = [made, shown].some(
      ({ width, height }) => width === size.width && height === size.height,
    );
    if (!isAsked) throw new Error(`made ${made.width} × ${made.height}`);
    await readThrough(path, made, context);
  } catch (cause) {
    if (cause instanceof ServiceError && cause.code === "tool_timeout")
      throw cause;
    throw new ServiceError(
      "optimization_failed",
      `What was made of the image is no sound ${codec.name}.`,
      { tool: codec.id },
      { cause },
    );
  }
}
