// The HEIC row.

import type { Codec } from "../codec.ts";
import { sniffHeif } from "../containers/heif.ts";
import { header } from "./header.ts";

export const heic: Codec = {
  id: "heic",
  name: "HEIC",
  mediaType: "image/heic",
  extension: "heic",
  outputNames: [],
  abilities: { alpha: true, animation: false, pages: false, lossless: false },
  orientsOnDecode: true,
  decoding: {
    anyOf: ["vips:heifload"],
    install: "install libvips-tools (Debian) or vips (Homebrew)",
  },
  // 115 MB for 12 MP in vips, and the raw file that it leaves.
  memory: { decode: 14, encode: 0 },
  matches: (head) => sniffHeif(head) === "heic",
  header,
  strategies: [],
  back: async () => (await import("./back.ts")).back,
};
