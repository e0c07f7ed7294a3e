// Lets the decoder make a large picture smaller while it decodes, as far as the filter still has enough to do.

import type { Run, Step } from "../step.ts";

/**
 * Source pixels per target pixel that are left for the filter in an exact
 * resize: with 2 it scores a mean of 96.7 at a quarter of the size, without
 * shrinking 99 to 100 for more than twice the CPU (docs/benchmarks.md).
 */
const LEFT_FOR_EXACT = 2;
/** What libjpeg's scaled inverse transforms divide by. */
const FACTORS = [8, 4, 2];

export const shrink: Step = {
  name: "shrink",
  applies: (run) => factorOf(run) > 1,
  work: async (canvas, run) => {
    const factor = factorOf(run);
    const size = {
      width: Math.ceil(canvas.size.width / factor),
      height: Math.ceil(canvas.size.height / factor),
    };
    canvas.queue((chain) => chain.resize({ ...size, fit: "fill" }), { size });
    // A turn in the same pass would come first, and the decoder could not shrink.
    if (run.source.decoded.orientation !== 1) await canvas.settle();
  },
};

function factorOf({ source, intent, resize }: Run): number {
  const { shrinksOnLoad, orientation } = source.decoded;
  const isFast = intent.resize === "fast";
  // libvips shrinks by itself in a pass that begins with a fast resize.
  if (!shrinksOnLoad || (isFast && orientation === 1)) return 1;
  const most = resize.reduction / (isFast ? 1 : LEFT_FOR_EXACT);
  return FACTORS.find((factor) => factor <= most) ?? 1;
}
