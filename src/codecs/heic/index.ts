// The HEIC row.

import type { Codec } from "../codec.ts";
import { sniffHeif } from "../containers/heif.ts";
import { header } from "./header.ts";
import { model } from "./model.ts";
import { strategies } from "./strategies.ts";

export const heic: Codec = {
  id: "heic",
  name: "HEIC",
  mediaType: "image/heic",
  extension: "heic",
  outputNames: ["heic"],
  abilities: { alpha: true, animation: false, pages: false, lossless: false },
  orientsOnDecode: true,
  decoding: {
    anyOf: ["vips:heifload", "libheif-js"],
    install: "run npm install",
  },
  encoding: {
    anyOf: ["heif-enc:x265"],
    install: "install libheif-examples (Debian) or libheif (Homebrew)",
  },
  // For 12 MP: 115 MB in vips, and the raw file that it leaves; 350 MB in WebAssembly. heif-enc takes 300 MB.
  memory: { decode: 28, encode: 26 },
  matches: (head) => sniffHeif(head) === "heic",
  header,
  strategies,
  forecasts: model,
  back: async () => (await import("./back.ts")).back,
};
