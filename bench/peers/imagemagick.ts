// ImageMagick, as the seeds call it: progressive JPEG by libjpeg-turbo, WebP by libwebp.

import { QUALITIES } from "./peer.ts";
import type { Peer } from "./peer.ts";

export const imagemagick: Peer = {
  name: "ImageMagick",
  kind: "encoder",
  formats: ["jpeg", "webp"],
  version: {
    command: ["convert", "-version"],
    says: /Version: ImageMagick (\S+)/,
  },
  levels: QUALITIES,
  command: ({ input, output, format, level }) => [
    "convert",
    input,
    "-strip",
    "-interlace",
    "Plane",
    "-quality",
    `${level}`,
    `${format}:${output}`,
  ],
};
