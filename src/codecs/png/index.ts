// The PNG row.

import type { Codec } from "../codec.ts";
import { header } from "./header.ts";
import { model } from "./model.ts";
import { strategies } from "./strategies.ts";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

export const png: Codec = {
  id: "png",
  name: "PNG",
  mediaType: "image/png",
  extension: "png",
  outputNames: ["png"],
  abilities: { alpha: true, animation: false, pages: false, lossless: true },
  orientsOnDecode: false,
  decoding: { anyOf: ["sharp"], install: "run npm install" },
  // 12 MP: 60 to 90 MB to decode, 250 to make smaller.
  memory: { decode: 8, encode: 14 },
  matches: (head) => SIGNATURE.every((byte, index) => head[index] === byte),
  header,
  strategies,
  forecasts: model,
  back: async () => (await import("./back.ts")).back,
};
