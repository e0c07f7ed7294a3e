// The picture on its way through the steps: a lazy sharp chain, ended and begun anew where our order demands it.

import type {
  RawPixels,
  SharpEncoding,
  Timing,
  Tolerance,
} from "../codecs/codec.ts";
import { sharp } from "../engines/sharp.ts";
import type { Sharp } from "../engines/sharp.ts";
import type { Size } from "../image/geometry.ts";

export interface CanvasSource {
  /** A path, or a whole file in memory. */
  readonly input: string | Uint8Array;
  readonly size: Size;
  /** Frames to read, each below the last; 1 where there are none, or where the raster at `input` is all of them. */
  readonly frames: number;
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

  private constructor(
    source: Pick<CanvasSource, "size" | "hasAlpha" | "deep" | "maxPixels">,
    chain: Sharp,
  ) {
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
      limitInputPixels: source.maxPixels * source.frames,
      ...(source.frames > 1 && { pages: source.frames }),
    });
    const canvas = new Canvas(source, chain);
    chain.on("warning", (complaint: string) => {
      canvas.complaints.push(complaint);
    });
    return canvas;
  }

  /** A canvas on sRGB pixels: of one picture, or of `frames` ones of equal height below each other. */
  static on(pixels: RawPixels, maxPixels: number, frames = 1): Canvas {
    const { width, height } = pixels;
    const deep = pixels.data instanceof Uint16Array;
    const canvas = new Canvas(
      {
        size: { width, height: height / frames },
        hasAlpha: hasAlphaOf(pixels),
        deep,
        maxPixels,
      },
      chainOn(pixels, maxPixels, frames),
    );
    canvas.#settled = true;
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
   * Runs the pass to sRGB pixels in memory, lets `edit` change them or put
   * others in their place, and begins the next pass from those. Rejects with
   * sharp's error when the source does not decode.
   */
  async settle(
    edit: (pixels: RawPixels) => RawPixels = (pixels) => pixels,
  ): Promise<void> {
    const pixels = edit(await this.pixels());
    this.#chain = chainOn(pixels, this.#maxPixels, 1);
    this.#settled = true;
    this.#size = { width: pixels.width, height: pixels.height };
    this.#hasAlpha = hasAlphaOf(pixels);
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

  /** Runs the last pass into the file at `path`. */
  async encode(
    path: string,
    encoding: SharpEncoding,
    timing?: Timing,
  ): Promise<void> {
    const { output, options } = encoding;
    await this.#chain
      .toFormat(output, {
        ...options,
        ...(timing && { delay: [...timing.delaysMs], loop: timing.plays }),
      })
      .toFile(path);
  }
}

function chainOn(pixels: RawPixels, maxPixels: number, frames: number): Sharp {
  const { data, width, height, channels } = pixels;
  const chain = sharp(data, {
    raw: {
      width,
      height,
      channels,
      // Left on a still, it would cut what is made taller into pages.
      ...(frames > 1 && { pageHeight: height / frames }),
    },
    limitInputPixels: maxPixels * frames,
  });
  return data instanceof Uint16Array ? chain.toColourspace("rgb16") : chain;
}

function hasAlphaOf({ channels }: RawPixels): boolean {
  return channels === 2 || channels === 4;
}
