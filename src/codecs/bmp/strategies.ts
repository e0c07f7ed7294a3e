// The ways to make a BMP smaller, cheapest first; how each is done is in back.ts.

import type { Facts } from "../../image/facts.ts";
import type { OptimizeIntent } from "../../image/intent.ts";
import type { Strategy } from "../codec.ts";
import { metadataStrip } from "../metadata-strip.ts";
import { mayLose } from "../quality-scale.ts";
import { isLarge, LARGE_UP_TO } from "./plan.ts";

const megapixels = ({ width, height }: Facts): number => (width * height) / 1e6;

/** A BMP palette holds no alpha; whether a mask's alpha says anything, only the pixels tell. */
function fitsPalette({ bitDepth }: Facts): true | string {
  return bitDepth <= 8 || "deep";
}

function mayQuantize(facts: Facts, intent: OptimizeIntent): true | string {
  const allowed = mayLose(intent.quality);
  if (allowed !== true) return allowed;
  if (intent.paletteLoss === "refused") return "palette-refused";
  if (facts.color === "palette") return "palette-source";
  return fitsPalette(facts);
}

/** Effort 5 up to a megapixel, 1 (3 where dithered) above (plan.ts). */
const quantizing =
  (perMegapixel: number) =>
  (facts: Facts): number => {
    const size = megapixels(facts);
    return 0.05 + (size <= 1 ? 1.3 : perMegapixel) * size;
  };

export const strategies: readonly Strategy[] = [
  {
    ...metadataStrip,
    cost: (facts) => 0.01 + 0.01 * megapixels(facts),
  },
  {
    name: "bmp-minimal",
    loses: "nothing",
    applies: () => true,
    cost: (facts) => 0.01 + 0.03 * megapixels(facts),
  },
  {
    name: "bmp-palette",
    loses: "nothing",
    applies: fitsPalette,
    cost: (facts) => 0.01 + 0.03 * megapixels(facts),
  },
  {
    name: "bmp-rle4",
    loses: "nothing",
    applies: fitsPalette,
    cost: (facts) => 0.01 + 0.06 * megapixels(facts),
  },
  {
    name: "bmp-rle8",
    loses: "nothing",
    applies: fitsPalette,
    cost: (facts) => 0.01 + 0.06 * megapixels(facts),
  },
  {
    name: "bmp-quantize",
    loses: "pixels",
    applies: mayQuantize,
    cost: quantizing(0.4),
  },
  {
    name: "bmp-dither",
    loses: "pixels",
    applies: (facts, intent) => {
      const isHopeless = isLarge(facts) && intent.quality.value > LARGE_UP_TO;
      return isHopeless ? "large-photo" : mayQuantize(facts, intent);
    },
    cost: quantizing(0.7),
  },
];
