// The JPEG XL row.

import type { Codec } from "../codec.ts";
import { startsLikeJxl } from "./boxes.ts";
import { header } from "./header.ts";
import { model } from "./model.ts";
import { strategies } from "./strategies.ts";

const INSTALL = "install libjxl-tools (Debian) or jpeg-xl (Homebrew)";

export const jxl: Codec = {
  id: "jxl",
  name: "JPEG XL",
  mediaType: "image/jxl",
  extension: "jxl",
  outputNames: ["jxl"],
  abilities: { alpha: true, animation: false, pages: false, lossless: true },
  orientsOnDecode: true,
  decoding: { anyOf: ["djxl"], install: INSTALL },
  encoding: { anyOf: ["cjxl"], install: INSTALL },
  // 12 MP: djxl 215 MB and its PNM twice; cjxl 514 MB with loss, 786 without.
  memory: { decode: 24, encode: 65 },
  matches: startsLikeJxl,
  header,
  strategies,
  forecasts: model,
  back: async () => (await import("./back.ts")).back,
};
