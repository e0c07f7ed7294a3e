// PNG in the children.

import type { CodecBack } from "../codec.ts";
import { decodeInPlace } from "../decode-in-place.ts";
import { readMetadata, writeMetadata } from "./metadata.ts";
import { pngSettings } from "./plan.ts";

export const back: CodecBack = {
  decode: decodeInPlace,
  encoding: () => ({
    engine: "sharp",
    output: "png",
    options: { ...pngSettings() },
  }),
  readMetadata,
  writeMetadata,
  run: {},
};
