// Decides which loops run over rows while two images are compared; where the
// rows live is not its business.

import { VectorMemory } from "../vectors/memory.ts";
import { ROW_KERNELS, type RowKernel } from "./row-kernels.ts";

/** The memory of a comparison; see `ssimulacra2` for its size. */
export class RowMemory extends VectorMemory<RowKernel> {
  constructor() {
    super(ROW_KERNELS);
  }
}
