// The vips command line, of the system's libvips: another build than sharp's.

import { QUALITIES } from "./peer.ts";
import type { Peer } from "./peer.ts";

const SAVERS: Readonly<Record<string, readonly string[]>> = {
  jpeg: ["jpegsave", "--interlace", "--optimize-coding"],
  webp: ["webpsave"],
};

export const vips: Peer = {
  name: "vips",
  kind: "encoder",
  formats: Object.keys(SAVERS),
  version: { command: ["vips", "--version"], says: /vips-(\S+)/ },
  levels: QUALITIES,
  command: ({ input, output, format, level }) => {
    const [saver = "", ...options] = SAVERS[format] ?? [];
    return ["vips", saver, input, output, "--Q", `${level}`, ...options];
  },
};
