// The WebP row.

import type { Codec } from "../codec.ts";
import { header } from "./header.ts";
import { model } from "./model.ts";
import { strategies } from "./strategies.ts";

export const webp: Codec = {
  id: "webp",
  name: "WebP",
  mediaType: "image/webp",
  extension: "webp",
  outputNames: ["webp"],
  abilities: { alpha: true, animation: true, pages: false, lossless: true },
  orientsOnDecode: false,
  decoding: { anyOf: ["sharp"], install: "run npm install" },
  // 12 MP: 125 to 150 MB to decode, 210 to 290 to make smaller.
  memory: { decode: 12, encode: 14 },
  matches: (head) => {
    const text = Buffer.from(head.subarray(0, 12)).toString("latin1");
    return text.startsWith("RIFF") && text.endsWith("WEBP");
  },
  header,
  strategies,
  forecasts: model,
  back: async () => (await import("./back.ts")).back,
};
