// pngquant at its default speed: a palette of the fewest colors that reach the quality.

import type { Peer } from "./peer.ts";

export const pngquant: Peer = {
  name: "pngquant",
  kind: "optimizer",
  formats: ["png"],
  version: { command: ["pngquant", "--version"], says: /^(\d\S+)/ },
  levels: [50, 60, 70, 80, 90, 100],
  command: ({ input, output, level }) => [
    "pngquant",
    "--force",
    "--strip",
    "--speed",
    "4",
    "--quality",
    `0-${level}`,
    "--output",
    output,
    input,
  ],
};
