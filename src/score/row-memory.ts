// Decides where rows of floats live while two images are compared, and binds
// the kernels to that memory; it does not decide what the rows hold.

import { rowKernelModule, type RowKernels } from "./row-kernels.ts";

// Neither the esnext library nor @types/node declares WebAssembly, and the
// service does not load the browser's types; this is the part used here.
interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Memory: new (limits: { initial: number }) => Memory;
  readonly Instance: new (
    module: object,
    imports: { rows: { memory: Memory } },
  ) => { readonly exports: object };
};

const PAGE = 65536;
const FLOAT = 4;
const LANES = 4;

/** Rounds a count of floats up to whole SIMD vectors. */
export function wholeVectors(floats: number): number {
  return Math.ceil(floats / LANES) * LANES;
}

/**
 * One block of memory for all rows of a comparison. Comparisons are
 * synchronous, so every one can reuse the block of the last: `reset` frees all
 * rows at once. The block never shrinks; see `ssimulacra2` for its size.
 */
export class RowMemory {
  readonly kernels: RowKernels;
  /** All memory as floats. Read anew after `allocate`, which may replace it. */
  floats: Float32Array<ArrayBuffer>;
  readonly #memory: Memory;
  #used = 0;

  constructor() {
    this.#memory = new WebAssembly.Memory({ initial: 1 });
    const module = new WebAssembly.Module(rowKernelModule());
    const { exports } = new WebAssembly.Instance(module, {
      rows: { memory: this.#memory },
    });
    this.kernels = exports as RowKernels;
    this.floats = new Float32Array(this.#memory.buffer);
  }

  /** Frees every row. */
  reset(): void {
    this.#used = 0;
  }

  /** Byte address of a new run of zeros, rounded up to whole vectors. */
  allocate(floats: number): number {
    const address = this.#used;
    this.#used += wholeVectors(floats) * FLOAT;
    const missing = this.#used - this.#memory.buffer.byteLength;
    if (missing > 0) {
      this.#memory.grow(Math.ceil(missing / PAGE));
      this.floats = new Float32Array(this.#memory.buffer);
    }
    this.floats.fill(0, address / FLOAT, this.#used / FLOAT);
    return address;
  }
}
