// The ways to make an AVIF smaller, cheapest first; how each is done is in back.ts.

import type { Facts } from "../../image/facts.ts";
import type { Strategy } from "../codec.ts";
import { metadataStrip } from "../metadata-strip.ts";
import { mayRecode } from "../heif-optimize.ts";
import { looksAsAsked } from "./plan.ts";

const megapixels = ({ width, height }: Facts): number => (width * height) / 1e6;

export const strategies: readonly Strategy[] = [
  metadataStrip,
  {
    name: "avif-reencode",
    loses: "pixels",
    applies: (facts, intent) => {
      const may = mayRecode(facts, intent);
      if (may !== true || !facts.lossy) return may;
      return looksAsAsked(facts, intent.quality) ? "source-quality" : true;
    },
    // 12 MP: 3.2 CPU-s at effort 1; at effort 3 0.6 to 1.3 a megapixel, by machine; twice that in 4:4:4.
    cost: (facts) =>
      0.1 + (megapixels(facts) > 6 ? 0.4 : 1) * megapixels(facts),
  },
];
