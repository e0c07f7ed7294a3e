// The ways to make a JPEG smaller, cheapest first; how each is done is in back.ts.

import type { Facts } from "../../image/facts.ts";
import type { Strategy } from "../codec.ts";
import { metadataStrip } from "../metadata-strip.ts";
import { looksAsAsked, losesChroma } from "./plan.ts";

const megapixels = ({ width, height }: Facts): number => (width * height) / 1e6;

/** 12 MP: 1.1 CPU-s, twice that on slower machines. */
const reencodingCost = (facts: Facts): number =>
  0.03 + 0.15 * megapixels(facts);

export const strategies: readonly Strategy[] = [
  metadataStrip,
  {
    name: "jpegtran",
    loses: "nothing",
    applies: () => true,
    // 12 MP: 0.7 CPU-s, most of it in the progressive scans.
    cost: (facts) => 0.03 + 0.06 * megapixels(facts),
    needs: { anyOf: ["jpegtran"], install: "install libjpeg-turbo-progs" },
  },
  {
    name: "mozjpeg",
    loses: "pixels",
    applies: (facts, intent) =>
      looksAsAsked(facts, intent.quality) ? "source-quality" : true,
    cost: reencodingCost,
  },
  {
    // What drawings and screenshots need; on photos the halved chroma of the one before is smaller.
    name: "mozjpeg-444",
    methods: ["mozjpeg"],
    loses: "pixels",
    applies: (facts, { quality }) => {
      if (looksAsAsked(facts, quality)) return "source-quality";
      const isColor = facts.color === "rgb";
      return (isColor && losesChroma(facts, quality)) || "chroma-kept";
    },
    cost: reencodingCost,
  },
];
