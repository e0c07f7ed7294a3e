// The AVIF row.

import type { Codec } from "../codec.ts";
import { sniffHeif } from "../containers/heif.ts";
import { header } from "./header.ts";
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
  // 320–460 MB for 12 MP when encoding.
  memory: { decode: 10, encode: 38 },
  matches: (head) => sniffHeif(head) === "avif",
  header,
  strategies,
  back: async () => (await import("./back.ts")).back,
};
