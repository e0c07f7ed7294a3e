// Opens a canvas on a decoded picture: what it starts from is told by its header, not by its decoder.

import { Canvas } from "./canvas.ts";
import type { Picture, Run } from "./step.ts";

export function openCanvas(
  picture: Picture,
  run: Pick<Run, "tolerance" | "maxPixels">,
  deep: boolean,
): Canvas {
  const { facts, decoded } = picture;
  return Canvas.open({
    input: decoded.path,
    size: decoded.size,
    frames: decoded.stacked ? 1 : facts.frames,
    hasAlpha: facts.hasAlpha,
    deep,
    convertProfile: decoded.convertProfile,
    tolerance: run.tolerance,
    maxPixels: run.maxPixels,
  });
}
