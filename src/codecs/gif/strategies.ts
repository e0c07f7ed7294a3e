// The ways to make a GIF smaller, cheapest first; how each is done is in back.ts.

import type { EngineNeed, Strategy } from "../codec.ts";
import { metadataStrip } from "../metadata-strip.ts";
import type { Facts } from "../../image/facts.ts";
import { mayLose } from "../quality-scale.ts";

const GIFSICLE: EngineNeed = {
  anyOf: ["gifsicle"],
  install: "install gifsicle",
};

/** Pixels of all frames, in millions. */
const megapixels = ({ width, height, frames }: Facts): number =>
  (width * height * frames) / 1e6;

export const strategies: readonly Strategy[] = [
  metadataStrip,
  {
    name: "gifsicle",
    methods: ["gifsicle -O3"],
    loses: "nothing",
    applies: () => true,
    // 0.1 s (clean) to 0.25 s (dithered, all pixels change) per megapixel of frames.
    cost: (facts) => 0.02 + 0.25 * megapixels(facts),
    needs: GIFSICLE,
    waits: true,
  },
  {
    name: "gifsicle-settled",
    methods: ["settle + gifsicle -O3 --lossy=N"],
    loses: "pixels",
    applies: ({ frames, hasAlpha }, { quality }) => {
      if (frames === 1) return "one-frame";
      return hasAlpha ? "alpha" : mayLose(quality);
    },
    // 0.06 s per megapixel of frames to see that too little settles; 0.2 to 0.5 s where it does.
    cost: (facts) => 0.03 + 0.5 * megapixels(facts),
    needs: GIFSICLE,
  },
  {
    name: "gifsicle-lossy",
    methods: ["gifsicle -O3 --lossy=N"],
    loses: "pixels",
    applies: (_, { quality }) => mayLose(quality),
    // 0.05 to 1 s per megapixel of frames, the more the noisier; scoring 0.1 s.
    cost: (facts) => 0.03 + 1.1 * megapixels(facts),
    needs: GIFSICLE,
    // What settles is many times smaller, unless it falls below its score.
    waits: true,
  },
];
