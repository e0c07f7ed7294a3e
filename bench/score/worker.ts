// The judging process: decodes and compares, so that neither falls on the process that is measured.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { WorkBench } from "../../src/codecs/codec.ts";
import { setSearchPath } from "../../src/engines/command.ts";
import { setUpSharp } from "../../src/engines/sharp.ts";
import type { EngineAbility } from "../../src/image/engine-report.ts";
import { DEFAULTS } from "../run/job.ts";
import { serve } from "../run/serve.ts";
import { compare } from "./compare.ts";
import { worstCrop } from "./crop.ts";
import { frame, openPicture } from "./frames.ts";

export type ToScorer =
  | {
      readonly type: "set-up";
      readonly searchPath: string;
      readonly engines: readonly EngineAbility[];
    }
  | {
      readonly type: "compare";
      readonly original: string;
      readonly result: string;
      /** Pixels to sample; null for all. */
      readonly maxPixels: number | null;
    }
  /** Cuts both out where they differ most. */
  | {
      readonly type: "crop";
      readonly original: string;
      readonly result: string;
      readonly width: number;
      readonly height: number;
    }
  /** Leaves an 8-bit sRGB PNG of the first frame: what every contestant is given. */
  | {
      readonly type: "neutral";
      readonly path: string;
      readonly output: string;
    };

let engines: ReadonlySet<EngineAbility> = new Set();

serve(async (request: ToScorer) => {
  switch (request.type) {
    case "set-up":
      setSearchPath(request.searchPath);
      setUpSharp(1);
      engines = new Set(request.engines);
      return true;
    case "compare":
      return atBench((bench) =>
        compare(request.original, request.result, request.maxPixels, bench),
      );
    case "crop":
      return atBench((bench) =>
        worstCrop(request.original, request.result, request, bench),
      );
    case "neutral":
      return atBench(async (bench) => {
        const picture = await openPicture(request.path, bench);
        await frame(picture, 0)
          .removeAlpha()
          .png({ compressionLevel: 1 })
          .toFile(request.output);
      });
  }
});

async function atBench<T>(use: (bench: WorkBench) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "darkroom-score-"));
  let made = 0;
  try {
    return await use({
      scratch: (name) => join(folder, `${made++}-${name}`),
      engines,
      encoders: {},
      toolTimeoutMs: DEFAULTS.TOOL_TIMEOUT_SECONDS * 1000,
      warn: () => undefined,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
