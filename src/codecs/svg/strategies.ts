// The ways to make an SVG smaller, cheapest first; how each is done is in back.ts.

import type { Strategy } from "../codec.ts";
import { metadataStrip } from "../metadata-strip.ts";

export const strategies: readonly Strategy[] = [
  {
    ...metadataStrip,
    cost: ({ bytes }) => 0.01 + bytes * 3e-8,
  },
  {
    name: "svgo",
    loses: "pixels",
    applies: () => true,
    // 2.5 to 4 s per megabyte of text, in up to ten passes; drawing twice 0.1 s.
    cost: ({ bytes }) => 0.2 + bytes * 4e-6,
    needs: { anyOf: ["svgo"], install: "run npm install" },
  },
];
