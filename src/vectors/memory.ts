// Decides where rows of floats live while loops run over them, and binds those
// loops to that memory; it does not decide what the rows hold.

import { encodeModule, type Kernel } from "./encoding.ts";

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

/** Kernels as functions of byte addresses and, last, a byte length. */
export type Kernels<Name extends string> = Readonly<
  Record<Name, (...addressesAndLength: number[]) => void>
>;

/**
 * One block of memory for rows of floats. Work on it is synchronous, so that
 * every piece can reuse the block of the last: `reset` frees all rows at once.
 * The block never shrinks.
 */
export class VectorMemory<Name extends string> {
  readonly kernels: Kernels<Name>;
  /** All memory as floats. Read anew after `allocate`, which may replace it. */
  floats: Float32Array<ArrayBuffer>;
  readonly #memory: Memory;
  #used = 0;

  constructor(kernels: Readonly<Record<Name, Kernel>>) {
    this.#memory = new WebAssembly.Memory({ initial: 1 });
    const module = new WebAssembly.Module(encodeModule(kernels));
    const { exports } = new WebAssembly.Instance(module, {
      rows: { memory: this.#memory },
    });
    this.kernels = exports as Kernels<Name>;
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
