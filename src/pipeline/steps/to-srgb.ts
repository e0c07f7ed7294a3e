// Settles the conversion from an embedded profile to sRGB where the next step could not follow it in one pass.

import type { Picture, Step } from "../step.ts";

/**
 * sharp converts by the embedded profile whenever the canvas was opened so. In
 * one pass with a linear-light resize, its result is black (sharp 0.35.5, seen
 * with every profile), and CMYK would reach the resize unconverted: there the
 * conversion gets a pass of its own.
 */
export function needsOwnPass({ decoded, facts }: Picture): boolean {
  return decoded.convertProfile || facts.color === "cmyk";
}

export const toSrgb: Step = {
  name: "to-srgb",
  applies: ({ intent, resize, source }) =>
    intent.resize === "exact" && resize.reduction > 1 && needsOwnPass(source),
  work: (canvas) => canvas.settle(),
};
