// The ways to make a HEIC smaller, cheapest first; how each is done is in back.ts.

import type { Facts } from "../../image/facts.ts";
import type { Strategy } from "../codec.ts";
import { metadataStrip } from "../metadata-strip.ts";
import { mayRecode } from "../heif-optimize.ts";
import { looksAsAsked } from "./plan.ts";

const megapixels = ({ width, height }: Facts): number => (width * height) / 1e6;

export const strategies: readonly Strategy[] = [
  metadataStrip,
  {
    name: "heic-reencode",
    loses: "pixels",
    applies: (facts, intent) => {
      const may = mayRecode(facts, intent);
      if (may !== true) return may;
      return looksAsAsked(facts, intent.quality) ? "source-quality" : true;
    },
    // Decoding, a PNG, x265 at ultrafast or medium: 3.5 CPU-s for 12 MP, 1 a megapixel below 4.
    cost: (facts) =>
      0.2 + (megapixels(facts) > 4 ? 0.4 : 1) * megapixels(facts),
    needs: {
      anyOf: ["heif-enc:x265"],
      install:
        "install libheif-examples and libheif-plugin-x265 (Debian) or libheif (Homebrew)",
    },
  },
];
