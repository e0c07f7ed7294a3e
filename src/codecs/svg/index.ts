// The rows of SVG and of SVGZ, which is SVG in gzip: one folder, two names, two media types.

import type { Codec } from "../codec.ts";
import { isGzip } from "./gzip.ts";
import { header } from "./header.ts";
import { looksLikeSvg } from "./magic.ts";
import { strategies } from "./strategies.ts";

export const svg: Codec = {
  id: "svg",
  name: "SVG",
  mediaType: "image/svg+xml",
  extension: "svg",
  outputNames: [],
  abilities: { alpha: true, animation: false, pages: false, lossless: true },
  orientsOnDecode: false,
  vector: true,
  active: true,
  decoding: { anyOf: ["sharp"], install: "run npm install" },
  memory: { decode: 16, encode: 0 },
  matches: looksLikeSvg,
  header,
  strategies,
  back: async () => (await import("./back.ts")).back,
};

/** The packed file as it is: no Content-Encoding is claimed, so that what is saved is what was sent. */
export const svgz: Codec = {
  ...svg,
  id: "svgz",
  name: "SVGZ",
  mediaType: "image/svg+xml-compressed",
  extension: "svgz",
  matches: isGzip,
};
