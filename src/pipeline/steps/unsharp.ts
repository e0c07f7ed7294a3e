// Gives back the acuity that a reduction took; a picture that was not reduced is not sharpened.

import type { Step } from "../step.ts";
import { unsharp as sharpen, unsharpAmount } from "../unsharp.ts";

export const unsharp: Step = {
  name: "unsharp",
  applies: ({ intent, resize }) =>
    intent.sharpen === "auto" && resize.reduction > 1,
  work: (canvas, { resize }) =>
    canvas.settle((pixels) => {
      sharpen(pixels, unsharpAmount(resize.reduction));
      return pixels;
    }),
};
