// The TIFF row.

import type { Codec } from "../codec.ts";
import { latin1 } from "../containers/cursor.ts";
import { header } from "./header.ts";
import { model } from "./model.ts";
import { strategies } from "./strategies.ts";

const MAGICS = ["II*\0", "MM\0*", "II+\0", "MM\0+"];

export const tiff: Codec = {
  id: "tiff",
  name: "TIFF",
  mediaType: "image/tiff",
  extension: "tiff",
  outputNames: ["tiff"],
  abilities: { alpha: true, animation: false, pages: true, lossless: true },
  orientsOnDecode: false,
  blanksDamage: true,
  decoding: { anyOf: ["sharp"], install: "run npm install" },
  // 12 MP: 70 to 85 MB to decode, 150 to 260 to make smaller.
  memory: { decode: 8, encode: 12 },
  matches: (head) => MAGICS.includes(latin1(head.subarray(0, 4))),
  header,
  strategies,
  forecasts: model,
  back: async () => (await import("./back.ts")).back,
};
