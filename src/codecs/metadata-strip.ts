// The strategy that nearly every row begins with: the same coded picture, without what stands beside it.

import type { Strategy } from "./codec.ts";

/** Container work only; 12 MP take 0.01 CPU-s. */
export const metadataStrip: Strategy = {
  name: "metadata-strip",
  loses: "nothing",
  applies: (_, intent) => intent.stripMetadata || "metadata-kept",
  cost: () => 0.01,
};
