// Decides what goes from a BMP into its smaller self besides the pixels.

import type { OptimizeJob } from "../codec.ts";
import { endOf } from "./header.ts";
import type { Layout } from "./layout.ts";
import { readMetadata } from "./metadata.ts";
import type { BmpFile } from "./write.ts";

export type Kept = Pick<
  BmpFile,
  "perMeter" | "profile" | "calibration" | "trailing"
>;

/**
 * Density and a calibrated color space always; a profile when it changes what
 * is seen, or when metadata are kept; what trails behind the picture only then.
 */
export function keptOf(
  { input, facts, intent }: OptimizeJob,
  layout: Layout,
): Kept {
  const { calibration, perMeter } = layout;
  const isNeeded = facts.profile.kind === "other";
  const { icc } =
    isNeeded || !intent.stripMetadata
      ? readMetadata(input)
      : { icc: undefined };
  const trails = !intent.stripMetadata && facts.metadata.includes("trailing");
  return {
    perMeter,
    ...(icc && { profile: icc }),
    ...(calibration && {
      calibration: input.subarray(
        calibration.offset,
        calibration.offset + calibration.length,
      ),
    }),
    ...(trails && { trailing: input.subarray(endOf(layout)) }),
  };
}
