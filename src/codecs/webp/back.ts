// WebP in the children.

import { ServiceError } from "../../errors.ts";
import type { CodecBack } from "../codec.ts";
import { decodeInPlace } from "../decode-in-place.ts";
import { readMetadata, writeMetadata } from "./metadata.ts";
import { MAX_EDGE, webpSettings } from "./plan.ts";

export const back: CodecBack = {
  decode: decodeInPlace,
  encoding: (intent, { width, height }) => {
    if (Math.max(width, height) > MAX_EDGE) {
      throw new ServiceError(
        "image_too_large",
        `WebP holds at most ${MAX_EDGE} px along an edge; ask for a smaller size or another format.`,
        { limit: MAX_EDGE },
      );
    }
    return {
      engine: "sharp",
      output: "webp",
      options: { ...webpSettings(intent.quality) },
    };
  },
  readMetadata,
  writeMetadata,
  run: {},
};
