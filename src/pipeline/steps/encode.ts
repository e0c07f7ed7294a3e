// Writes the finished picture in the target format; what it cannot hold is flattened here.

import type { Timing, WorkBench } from "../../codecs/codec.ts";
import type { Density, Facts } from "../../image/facts.ts";
import type { Step } from "../step.ts";

/** sharp refuses longer delays (ms) and more plays; WebP holds 24 bits of delay, GIF 16 of centiseconds. */
const MAX_TIMING = 65_535;

export const encode: Step = {
  name: "encode",
  applies: () => true,
  work: async (canvas, run) => {
    const { source, target, intent, bench, outputPath, timing } = run;
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
      const [r, g, b] = intent.background;
      canvas.queue((chain) => chain.flatten({ background: { r, g, b } }), {
        hasAlpha: false,
      });
    }
    const encoding = target.back.encoding(
      intent,
      {
        ...canvas.size,
        hasAlpha: canvas.hasAlpha,
        frames: source.facts.frames,
        ...densityOf(source.facts),
      },
      bench,
    );
    if (encoding.engine === "sharp") {
      await canvas.encode(
        outputPath,
        encoding,
        timing && capped(timing, bench),
      );
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

function densityOf({ density, orientation }: Facts): { density?: Density } {
  if (!density) return {};
  const { x, y } = density;
  return { density: orientation >= 5 ? { x: y, y: x } : density };
}

/** The timing as far as sharp can write it; what is shortened is said. */
function capped({ delaysMs, plays }: Timing, bench: WorkBench): Timing {
  if (Math.max(plays, ...delaysMs) > MAX_TIMING) bench.warn("timing-capped");
  return {
    delaysMs: delaysMs.map((delay) => Math.min(delay, MAX_TIMING)),
    plays: Math.min(plays, MAX_TIMING),
  };
}
