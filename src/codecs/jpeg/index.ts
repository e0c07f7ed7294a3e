// The JPEG row.

import type { Codec } from "../codec.ts";
import { header } from "./header.ts";
import { model } from "./model.ts";
import { strategies } from "./strategies.ts";

export const jpeg: Codec = {
  id: "jpeg",
  name: "JPEG",
  mediaType: "image/jpeg",
  extension: "jpg",
  outputNames: ["jpg", "jpeg"],
  abilities: { alpha: false, animation: false, pages: false, lossless: false },
  orientsOnDecode: false,
  decoding: { anyOf: ["sharp"], install: "run npm install" },
  // 12 MP: 40 to 100 MB to decode (progressive, without subsampling), 105 to 300 to make smaller.
  memory: { decode: 8, encode: 12 },
  matches: (head) => head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff,
  header,
  strategies,
  forecasts: model,
  back: async () => (await import("./back.ts")).back,
};
