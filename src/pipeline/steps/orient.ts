// Brings the raster upright by the orientation its header tells, once and before anything else.

import { orientedSize, UPRIGHT } from "../../image/geometry.ts";
import type { Step } from "../step.ts";

export const orient: Step = {
  name: "orient",
  applies: ({ source }) => source.decoded.orientation !== 1,
  work: (canvas, { source }) => {
    const { orientation } = source.decoded;
    const { degrees, mirror } = UPRIGHT[orientation];
    canvas.queue(
      (chain) => {
        const mirrored = mirror ? chain.flop() : chain;
        return degrees === 0 ? mirrored : mirrored.rotate(degrees);
      },
      { size: orientedSize(canvas.size, orientation) },
    );
  },
};
