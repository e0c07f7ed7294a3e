// Reduces, enlarges or crops the picture to the planned size; how faithfully is the caller's choice.

import { resizeWindow } from "../../image/geometry.ts";
import { resample } from "../resample.ts";
import type { Step } from "../step.ts";

/**
 * "exact": Lanczos3 in linear light by our own arithmetic, in floating point.
 * "fast": libvips' Lanczos3 over gamma-encoded values, after as much
 * shrink-on-load as the decoder offers. Scores (SSIMULACRA2) against full-size
 * linear-light Lanczos3 in double precision, and CPU: `npm run bench -- resize`,
 * figures in docs/benchmarks.md. libvips' linear light (scRGB) costs more than
 * ours and scored 93 to 97, since it averages blocks before it filters.
 */
export const resize: Step = {
  name: "resize",
  applies: ({ intent }) => intent.box !== undefined,
  work: async (canvas, { intent, resize: plan }) => {
    const { width, height, fit } = plan;
    const size = { width, height };
    if (canvas.size.width === width && canvas.size.height === height) return;
    const window = resizeWindow(canvas.size, plan);
    const isCrop = window.width === width && window.height === height;
    if (intent.resize === "fast" || isCrop) {
      canvas.queue(
        (chain) =>
          isCrop
            ? chain.extract(window)
            : chain.resize({ ...size, fit, position: "centre" }),
        { size },
      );
      return;
    }
    await canvas.settle((pixels) => resample(pixels, size, window));
  },
};
