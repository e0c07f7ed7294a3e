// The GIF row.

import type { Codec } from "../codec.ts";
import { header } from "./header.ts";
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
  memory: { decode: 8, encode: 14 },
  matches: (head) =>
    /^GIF8[79]a/.test(Buffer.from(head.subarray(0, 6)).toString("latin1")),
  header,
  strategies,
  back: async () => (await import("./back.ts")).back,
};
