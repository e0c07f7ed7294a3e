// Reduces a picture to a palette in the ways that its size allows, one after the other.

import { NO_REDUCTIONS, oxipng } from "../../engines/oxipng.ts";
import type { Facts } from "../../image/facts.ts";
import { bare, readCoded, type Coded } from "./assemble.ts";
import type { Picture } from "./palette.ts";
import { isLarge, type ReductionSettings } from "./plan.ts";
import { toPalette, type Quantized } from "./quantize.ts";
import { toLargePalette } from "./quantize-large.ts";

/** Undefined where none of the settings reaches its score. */
export async function reducePicture(
  picture: Picture,
  { quantized, drawn }: ReductionSettings,
): Promise<Quantized | undefined> {
  const made = await toPalette(picture, quantized);
  if (made || drawn.length === 0) return made;
  return toLargePalette(picture, drawn);
}

/** What was reduced, by oxipng where there are not too many pixels for it. */
export async function asPacked(
  { coded, method }: Quantized,
  facts: Facts,
): Promise<{ coded: Coded; method: Quantized["method"] }> {
  const made = coded();
  if (method === "imagequant + oxipng" || isLarge(facts))
    return { coded: made, method };
  const packed = await oxipng(bare(made), NO_REDUCTIONS, [0]);
  return { coded: readCoded(packed), method: "imagequant + oxipng" };
}
