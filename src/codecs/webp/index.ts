// The WebP row.

import type { Codec } from "../codec.ts";
import { header } from "./header.ts";
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
  // 120–240 MB for 12 MP, decoding and encoding together.
  memory: { decode: 8, encode: 14 },
  matches: (head) => {
    const text = Buffer.from(head.subarray(0, 12)).toString("latin1");
    return text.startsWith("RIFF") && text.endsWith("WEBP");
  },
  header,
  strategies,
  back: async () => (await import("./back.ts")).back,
};
