// The ways to make a BMP smaller, cheapest first; how each is done is in back.ts.

import type { Facts } from "../../image/facts.ts";
import type { OptimizeIntent } from "../../image/intent.ts";
import type { Strategy } from "../codec.ts";
import { metadataStrip } from "../metadata-strip.ts";
import { mayLose } from "../quality-scale.ts";

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
    methods: [
      "quantize + bmp-palette",
      "quantize + bmp-rle4",
      "quantize + bmp-rle8",
    ],
    loses: "pixels",
    applies: mayQuantize,
    // The palette 0.1; drawn and scored without dithering 0.15 a megapixel, and with it 0.25.
    cost: (facts) => 0.15 + 0.45 * megapixels(facts),
  },
];
