// Writes the finished picture in the target format; what it cannot hold is flattened here.

import type { Step } from "../step.ts";

/** What transparent pixels are laid on where the format has no alpha (the contract's choice). */
const BACKGROUND = "#ffffff";

export const encode: Step = {
  name: "encode",
  applies: () => true,
  work: async (canvas, { source, target, intent, bench, outputPath }) => {
    if (target.back.encoding === undefined) {
      throw new Error(`${target.codec.id} has no encoder`);
    }
    if (source.decoded.orientation !== 1 && !canvas.isSettled) {
      // The source's orientation tag is still on the chain, and libvips writes
      // it into AVIF as a rotation, though the pixels are upright by now.
      await canvas.settle();
    }
    if (canvas.hasAlpha && !target.codec.abilities.alpha) {
      // Blending belongs after the resize: flattening first would tint the edges.
      await canvas.settle();
      canvas.queue((chain) => chain.flatten({ background: BACKGROUND }), {
        hasAlpha: false,
      });
    }
    const encoding = target.back.encoding(
      intent,
      { ...canvas.size, hasAlpha: canvas.hasAlpha },
      bench,
    );
    if (encoding.engine === "sharp") {
      await canvas.encode(outputPath, encoding);
      return;
    }
    const png = bench.scratch("frame.png");
    await canvas.encode(png, {
      engine: "sharp",
      output: "png",
      options: { compressionLevel: 0 },
    });
    await encoding.run(png, outputPath, bench);
  },
};
