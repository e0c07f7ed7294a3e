// The ways to make a PNG or APNG smaller, cheapest first; how each is done is in still.ts and animated.ts.

import type { Facts } from "../../image/facts.ts";
import type { OptimizeIntent } from "../../image/intent.ts";
import type { Strategy } from "../codec.ts";
import { metadataStrip } from "../metadata-strip.ts";
import { isLarge } from "./plan.ts";

const megapixels = ({ width, height, frames }: Facts): number =>
  (width * height * frames) / 1e6;

/** Pixels of all frames that are held at once while they share a palette: 8 bytes each. */
const MAX_PALETTE_PIXELS = 100e6;

export const strategies: readonly Strategy[] = [
  metadataStrip,
  {
    name: "deflate",
    loses: "nothing",
    // A large picture's palette comes before: what it cannot do it has done here.
    applies: (facts, intent) => {
      if (!isLarge(facts)) return "oxipng-instead";
      return whyNoPalette(facts, intent) !== true || "palette-first";
    },
    cost: (facts) => 0.3 * megapixels(facts),
  },
  {
    name: "oxipng",
    loses: "nothing",
    applies: (facts) => !isLarge(facts) || "too-many-pixels",
    cost: (facts) => 0.05 + 3 * megapixels(facts),
    waits: true,
    needs: { anyOf: ["oxipng"], install: "run npm install" },
  },
  {
    name: "imagequant",
    methods: ["imagequant", "imagequant + oxipng", "deflate"],
    loses: "pixels",
    applies: whyNoPalette,
    // 2.5 CPU-s/MP a try; where the first misses its score there are one or two more.
    cost: (facts) => 0.05 + (isLarge(facts) ? 0.5 : 5) * megapixels(facts),
    needs: { anyOf: ["imagequant"], install: "run npm install" },
  },
];

export function whyNoPalette(
  facts: Facts,
  intent: OptimizeIntent,
): true | string {
  if (intent.paletteLoss === "refused") return "lossy-refused";
  if (facts.color === "palette") return "palette-already";
  if (facts.color === "gray" && !facts.hasAlpha && facts.bitDepth <= 8)
    return "few-colors";
  if (facts.bitDepth > 8 && intent.paletteLoss !== "asked") return "deep-color";
  return megapixels(facts) * 1e6 <= MAX_PALETTE_PIXELS || "too-many-pixels";
}
