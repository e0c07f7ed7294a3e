// The ways to make a WebP smaller, cheapest first; how each is done is in back.ts.

import type { Facts } from "../../image/facts.ts";
import type { Strategy } from "../codec.ts";
import { metadataStrip } from "../metadata-strip.ts";
import { mayLose } from "../quality-scale.ts";
import { looksAsAsked } from "./plan.ts";

const megapixels = ({ width, height, frames }: Facts): number =>
  (width * height * frames) / 1e6;

/** CPU seconds. Photos up to 2 MP: 5 to 8 a megapixel; above, at the faster settings, 1 to 2. */
const losslessCost = (facts: Facts): number =>
  0.1 + (megapixels(facts) > 2 ? 2 : 8) * megapixels(facts);

/** CPU seconds. 0.3 to 2 MP: 0.7 a megapixel; above, at the faster settings, 0.2. */
const lossyCost = (facts: Facts): number =>
  0.03 + (megapixels(facts) > 2 ? 0.25 : 0.8) * megapixels(facts);

export const strategies: readonly Strategy[] = [
  metadataStrip,
  {
    name: "webp-lossless",
    loses: "nothing",
    // The frames of an animation may be of both kinds; facts tell of the first.
    applies: ({ lossy, frames }) => !lossy || frames > 1 || "source-lossy",
    cost: losslessCost,
    waits: true,
  },
  {
    name: "webp-reencode",
    loses: "pixels",
    applies: (facts, { quality }) => {
      if (facts.frames > 1) return true;
      if (!facts.lossy) return mayLose(quality);
      return looksAsAsked(facts, quality) ? "source-quality" : true;
    },
    // Frames without loss are tried both ways; where some are lossy, most are.
    cost: (facts) =>
      lossyCost(facts) +
      (facts.frames > 1 && !facts.lossy ? losslessCost(facts) : 0),
  },
];
