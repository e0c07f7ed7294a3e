// The picture on its way through the steps: a lazy sharp chain, ended and begun anew where our order demands it.

import type { RawPixels, SharpEncoding, Tolerance } from "../codecs/codec.ts";
import { sharp } from "../engines/sharp.ts";
import type { Sharp } from "../engines/sharp.ts";
import type { Size } from "../image/geometry.ts";

export interface CanvasSource {
  /** A path, or a whole file in memory. */
  readonly input: string | Uint8Array;
  readonly size: Size;
  readonly hasAlpha: boolean;
  /** Keep 16 bits per channel through every pass. */
  readonly deep: boolean;
  readonly convertProfile: boolean;
  readonly tolerance: Tolerance;
  readonly maxPixels: number;
}

/**
 * A step queues operations on the chain, so that a decoder can still shrink on
 * load and libvips streams; `settle` ends the pass where the next operation
 * must not be reordered by it.
 */
export class Canvas {
  #chain: Sharp;
  #size: Size;
  #hasAlpha: boolean;
  readonly #deep: boolean;
  readonly #maxPixels: number;
  #settled = false;
  /** What the decoder complained of while it went on. */
  readonly complaints: string[] = [];

  private constructor(source: Omit<CanvasSource, "input">, chain: Sharp) {
    this.#chain = chain;
    this.#size = source.size;
    this.#hasAlpha = source.hasAlpha;
    this.#deep = source.deep;
    this.#maxPixels = source.maxPixels;
  }

  static open(source: CanvasSource): Canvas {
    const chain = sharp(source.input, {
      failOn: source.tolerance,
      ignoreIcc: !source.convertProfile,
      sequentialRead: true,
      limitInputPixels: source.maxPixels,
    });
    const canvas = new Canvas(source, chain);
    chain.on("warning", (complaint: string) => {
      canvas.complaints.push(complaint);
    });
    return canvas;
  }

  get size(): Size {
    return this.#size;
  }

  get hasAlpha(): boolean {
    return this.#hasAlpha;
  }

  /** Whether this pass began from plain pixels, with nothing of the source's metadata. */
  get isSettled(): boolean {
    return this.#settled;
  }

  /** Adds operations to the pass; `after` says what they make of size and alpha. */
  queue(
    operations: (chain: Sharp) => Sharp,
    after: { readonly size?: Size; readonly hasAlpha?: boolean } = {},
  ): void {
    this.#chain = operations(this.#chain);
    this.#size = after.size ?? this.#size;
    this.#hasAlpha = after.hasAlpha ?? this.#hasAlpha;
  }

  /**
   * Runs the pass to sRGB pixels in memory, lets `edit` change them in place,
   * and begins the next pass from them. Rejects with sharp's error when the
   * source does not decode.
   */
  async settle(edit?: (pixels: RawPixels) => void): Promise<void> {
    const pixels = await this.pixels();
    edit?.(pixels);
    const { data, width, height, channels } = pixels;
    this.#chain = sharp(data, {
      raw: { width, height, channels },
      limitInputPixels: this.#maxPixels,
    });
    if (this.#deep) this.#chain = this.#chain.toColourspace("rgb16");
    this.#settled = true;
    this.#size = { width, height };
    this.#hasAlpha = channels === 2 || channels === 4;
  }

  /** Runs the pass and hands its sRGB pixels out. */
  async pixels(): Promise<RawPixels> {
    const chain = this.#deep
      ? this.#chain.toColourspace("rgb16").raw({ depth: "ushort" })
      : this.#chain.raw();
    const { data, info } = await chain.toBuffer({ resolveWithObject: true });
    return {
      data: this.#deep
        ? new Uint16Array(data.buffer, data.byteOffset, data.length / 2)
        : data,
      width: info.width,
      height: info.height,
      channels: info.channels,
    };
  }

  /** Runs the last pass into the file at `path`; gives the size that was written. */
  async encode(path: string, encoding: SharpEncoding): Promise<Size> {
    const info = await this.#chain
      .toFormat(encoding.output, encoding.options)
      .toFile(path);
    return { width: info.width, height: info.height };
  }
}
