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
    // 4 s per megabyte of text at 4 digits, in up to ten passes, 11 s down to 2; drawings 0.2 s.
    cost: ({ bytes }) => 0.3 + bytes * 11e-6,
    needs: { anyOf: ["svgo"], install: "run npm install" },
  },
];
