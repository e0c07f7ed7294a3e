// The contract of a pipeline step and of what all steps of one run share.

import type {
  Codec,
  CodecBack,
  DecodedSource,
  Timing,
  Tolerance,
  WorkBench,
} from "../codecs/codec.ts";
import type { Facts } from "../image/facts.ts";
import type { ResizePlan } from "../image/geometry.ts";
import type { ConvertIntent } from "../image/intent.ts";
import type { Canvas } from "./canvas.ts";

/** An opened image file: what it is (with as many frames as the run is to keep), the row it belongs to, and where its pixels can be read. */
export interface Picture {
  readonly path: string;
  readonly facts: Facts;
  readonly codec: Codec;
  readonly back: CodecBack;
  readonly decoded: DecodedSource;
}

/** What a run of the pipeline is given; the same for every step. */
export interface Run {
  readonly intent: ConvertIntent;
  readonly source: Picture;
  readonly overlay?: Picture;
  readonly target: { readonly codec: Codec; readonly back: CodecBack };
  readonly resize: ResizePlan;
  /** Of a result that will be animated. */
  readonly timing?: Timing;
  readonly tolerance: Tolerance;
  readonly maxPixels: number;
  readonly outputPath: string;
  readonly bench: WorkBench;
}

/** One named thing that is done to the picture. */
export interface Step {
  readonly name: string;
  /** Steps that do not apply are passed over. */
  readonly applies: (run: Run) => boolean;
  readonly work: (canvas: Canvas, run: Run) => void | Promise<void>;
}
