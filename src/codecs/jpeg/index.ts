// The JPEG row.

import type { Codec } from "../codec.ts";
import { header } from "./header.ts";
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
  // 60–160 MB for 12 MP, decoding and encoding together.
  memory: { decode: 6, encode: 8 },
  matches: (head) => head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff,
  header,
  strategies,
  back: async () => (await import("./back.ts")).back,
};
