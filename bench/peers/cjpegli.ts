// cjpegli, libjxl's JPEG encoder.

import { QUALITIES } from "./peer.ts";
import type { Peer } from "./peer.ts";

export const cjpegli: Peer = {
  name: "cjpegli",
  kind: "encoder",
  formats: ["jpeg"],
  version: { command: ["cjpegli", "--version"], says: /v?(\d+\.\d+\S*)/ },
  levels: QUALITIES,
  command: ({ input, output, level }) => [
    "cjpegli",
    input,
    output,
    "-q",
    `${level}`,
  ],
};
