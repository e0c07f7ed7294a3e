// The AVIF row.

import type { Codec } from "../codec.ts";
import { sniffHeif } from "../containers/heif.ts";
import { header } from "./header.ts";
import { model } from "./model.ts";
import { strategies } from "./strategies.ts";

export const avif: Codec = {
  id: "avif",
  name: "AVIF",
  mediaType: "image/avif",
  extension: "avif",
  outputNames: ["avif"],
  abilities: { alpha: true, animation: false, pages: false, lossless: true },
  orientsOnDecode: true,
  decoding: { anyOf: ["sharp"], install: "run npm install" },
  // 12 MP: 220 MB to decode, 320 to 460 to encode.
  memory: { decode: 19, encode: 38 },
  matches: (head) => sniffHeif(head) === "avif",
  header,
  strategies,
  forecasts: model,
  back: async () => (await import("./back.ts")).back,
};
