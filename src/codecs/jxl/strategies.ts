// The ways to make a JPEG XL smaller, cheapest first; how each is done is in back.ts.

import type { Facts } from "../../image/facts.ts";
import type { EngineNeed, Strategy } from "../codec.ts";
import { metadataStrip } from "../metadata-strip.ts";
import { mayLose } from "../quality-scale.ts";
import {
  isDrawn,
  looksAsAsked,
  THOROUGH_LOSSLESS_MEGAPIXELS,
  THOROUGH_MEGAPIXELS,
} from "./plan.ts";

const ENCODER: EngineNeed = {
  anyOf: ["cjxl"],
  install: "install libjxl-tools (Debian) or jpeg-xl (Homebrew)",
};

const megapixels = ({ width, height }: Facts): number => (width * height) / 1e6;

export const strategies: readonly Strategy[] = [
  metadataStrip,
  {
    name: "jxl-lossless",
    loses: "nothing",
    applies: ({ lossy, frames }) => {
      if (frames > 1) return "animation";
      return !lossy || "source-lossy";
    },
    // Decoded twice; efforts by size (plan.ts).
    cost: (facts) =>
      0.1 +
      (megapixels(facts) <= THOROUGH_LOSSLESS_MEGAPIXELS ? 3.2 : 1.6) *
        megapixels(facts),
    waits: true,
    needs: ENCODER,
  },
  {
    name: "jxl-reencode",
    loses: "pixels",
    applies: (facts, { quality, sparesRecentCodecs }) => {
      if (sparesRecentCodecs) return "preset-low";
      if (facts.frames > 1) return "animation";
      if (!facts.lossy) return mayLose(quality);
      return looksAsAsked(facts, quality) ? "source-quality" : true;
    },
    // Decoding 0.1, encoding 0.55 to 0.8 a megapixel at effort 7, 0.14 at 3 (plan.ts).
    cost: (facts) =>
      0.1 +
      (isDrawn(facts)
        ? 1.3
        : megapixels(facts) <= THOROUGH_MEGAPIXELS
          ? 0.9
          : 0.3) *
        megapixels(facts),
    needs: ENCODER,
  },
];
