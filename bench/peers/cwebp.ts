// cwebp, libwebp's own encoder, at its usual effort.

import { QUALITIES } from "./peer.ts";
import type { Peer } from "./peer.ts";

export const cwebp: Peer = {
  name: "cwebp",
  kind: "encoder",
  formats: ["webp"],
  version: { command: ["cwebp", "-version"], says: /^(\d\S+)/ },
  levels: QUALITIES,
  command: ({ input, output, level }) => [
    "cwebp",
    "-quiet",
    "-m",
    "4",
    "-q",
    `${level}`,
    input,
    "-o",
    output,
  ],
};
