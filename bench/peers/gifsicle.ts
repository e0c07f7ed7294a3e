// gifsicle at its highest optimization; 0 is without loss.

import type { Peer } from "./peer.ts";

export const gifsicle: Peer = {
  name: "gifsicle",
  kind: "optimizer",
  formats: ["gif"],
  version: { command: ["gifsicle", "--version"], says: /Gifsicle (\S+)/ },
  levels: [0, 20, 40, 80, 120],
  command: ({ input, output, level }) => [
    "gifsicle",
    "-O3",
    ...(level > 0 ? [`--lossy=${level}`] : []),
    input,
    "-o",
    output,
  ],
};
