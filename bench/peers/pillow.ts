// Pillow, as the seeds call it: optimized progressive JPEG by libjpeg-turbo, WebP by libwebp.

import { QUALITIES } from "./peer.ts";
import type { Peer } from "./peer.ts";

/** Debian's python3-pil belongs to the system's Python, whatever comes first on the path. */
const PYTHON = "/usr/bin/python3";

const SAVE = `
import sys
from PIL import Image
source, target, name, level = sys.argv[1:]
Image.open(source).save(target, name, quality=int(level), optimize=True, progressive=True)
`;

export const pillow: Peer = {
  name: "Pillow",
  kind: "encoder",
  formats: ["jpeg", "webp"],
  version: {
    command: [PYTHON, "-c", "import PIL; print('Pillow', PIL.__version__)"],
    says: /Pillow (\S+)/,
  },
  levels: QUALITIES,
  command: ({ input, output, format, level }) => [
    PYTHON,
    "-c",
    SAVE,
    input,
    output,
    format,
    `${level}`,
  ],
};
