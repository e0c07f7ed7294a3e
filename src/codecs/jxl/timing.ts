// Tells when the frames of an animated JPEG XL are shown.

import { ServiceError } from "../../errors.ts";
import type { Timing } from "../codec.ts";
import type { Structure } from "./structure.ts";

/** Delays in milliseconds, from ticks of the file's own clock. Throws `invalid_image` when frames cannot be read. */
export function timingOf({ image, frames }: Structure): Timing {
  const { animation } = image;
  if (!animation || !frames) {
    throw new ServiceError(
      "invalid_image",
      "The JPEG XL file says no time for its frames.",
    );
  }
  return {
    delaysMs: frames
      .filter(({ isShown }) => isShown)
      .map(({ duration }) =>
        Math.round((duration * 1000) / animation.ticksPerSecond),
      ),
    plays: animation.plays,
  };
}
