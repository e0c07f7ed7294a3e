// The ways to make a TIFF smaller, cheapest first; how each is done is in back.ts.

import type { Facts } from "../../image/facts.ts";
import type { Strategy } from "../codec.ts";
import { metadataStrip } from "../metadata-strip.ts";
import { mayLose } from "../quality-scale.ts";

const CHANNELS: Readonly<Record<Facts["color"], number>> = {
  gray: 1,
  palette: 1,
  rgb: 3,
  cmyk: 4,
};

/** Megabytes of samples in all pages. */
function megabytes(facts: Facts): number {
  const channels = CHANNELS[facts.color] + (facts.hasAlpha ? 1 : 0);
  const bits = channels * facts.bitDepth * facts.frames;
  return (facts.codedPixels * bits) / 8e6;
}

/** Up to 1 s per MB for smooth pictures of 2.5 MB; 12 MP (36 MB) take 2 to 3 s. */
function repackSeconds(facts: Facts): number {
  return 0.02 + Math.min(2, megabytes(facts)) + 0.08 * megabytes(facts);
}

export const strategies: readonly Strategy[] = [
  metadataStrip,
  {
    name: "tiff-repack",
    methods: ["tiff-deflate", "tiff-zstd", "tiff-ccitt"],
    loses: "nothing",
    applies: () => true,
    cost: repackSeconds,
    waits: true,
  },
  {
    name: "tiff-jpeg",
    loses: "pixels",
    applies: (facts, intent) => {
      if (facts.lossy) return "source-quality";
      return mayLose(intent.quality);
    },
    // 12 MP: 1.5 CPU-s; of several pages each is repacked, too.
    cost: (facts) =>
      0.02 +
      0.05 * megabytes(facts) +
      (facts.frames > 1 ? repackSeconds(facts) : 0),
  },
];
