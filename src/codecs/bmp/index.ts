// The BMP row.

import type { Codec } from "../codec.ts";
import { header } from "./header.ts";
import { model } from "./model.ts";
import { strategies } from "./strategies.ts";

/** "BM" begins many a text: the upper bytes of the info header's size, which is below 256, must be 0 too. */
function matches(head: Uint8Array): boolean {
  const isMagic = head[0] === 0x42 && head[1] === 0x4d;
  return isMagic && head[15] === 0 && head[16] === 0 && head[17] === 0;
}

export const bmp: Codec = {
  id: "bmp",
  name: "BMP",
  mediaType: "image/bmp",
  extension: "bmp",
  outputNames: [],
  abilities: { alpha: true, animation: false, pages: false, lossless: true },
  orientsOnDecode: false,
  // Our own decoder reads the file; sharp only carries its pixels on.
  decoding: { anyOf: ["sharp"], install: "run npm install" },
  memory: { decode: 12, encode: 0 },
  matches,
  header,
  strategies,
  forecasts: model,
  back: async () => (await import("./back.ts")).back,
};
