// scour with what it calls maximum scrubbing; the level is digits of precision.

import type { Peer } from "./peer.ts";

export const scour: Peer = {
  name: "scour",
  kind: "optimizer",
  formats: ["svg"],
  version: { command: ["scour", "--version"], says: /(\d+\.\d+\S*)/ },
  levels: [3, 4, 5],
  command: ({ input, output, level }) => [
    "scour",
    "-i",
    input,
    "-o",
    output,
    "--enable-id-stripping",
    "--enable-comment-stripping",
    "--shorten-ids",
    "--indent=none",
    `--set-precision=${level}`,
  ],
};
