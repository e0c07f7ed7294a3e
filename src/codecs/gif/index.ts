// The GIF row.

import type { Codec } from "../codec.ts";
import { header } from "./header.ts";
import { model } from "./model.ts";
import { strategies } from "./strategies.ts";

export const gif: Codec = {
  id: "gif",
  name: "GIF",
  mediaType: "image/gif",
  extension: "gif",
  outputNames: ["gif"],
  abilities: { alpha: true, animation: true, pages: false, lossless: false },
  orientsOnDecode: false,
  decoding: { anyOf: ["sharp"], install: "run npm install" },
  // 12 MP: 105 MB to decode, 185 to make smaller, 160 to make of a JPEG.
  memory: { decode: 9, encode: 14 },
  matches: (head) =>
    /^GIF8[79]a/.test(Buffer.from(head.subarray(0, 6)).toString("latin1")),
  header,
  strategies,
  forecasts: model,
  back: async () => (await import("./back.ts")).back,
};
