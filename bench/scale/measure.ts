// Measures what a quality looks like in each format: codes every picture, and has every result judged.

import { stat } from "node:fs/promises";
import { join } from "node:path";

import type { CorpusFile } from "../corpus/load.ts";
import { factsOf } from "../run/job.ts";
import type { Judge } from "../score/judge.ts";
import type { Facts } from "../../src/image/facts.ts";
import type { Quality } from "../../src/image/intent.ts";
import { ENCODERS } from "./encoders.ts";

export interface ScalePoint {
  readonly file: string;
  readonly format: string;
  readonly quality: number;
  readonly bitsPerPixel: number;
  readonly score: number;
}

export interface ScaleTask {
  readonly formats: readonly string[];
  readonly scale: Quality["scale"];
  readonly qualities: readonly number[];
  /** What sources of the formats that know it are taken to hold. */
  readonly chroma: "420" | "444";
  /** Where results are put, each over the last. */
  readonly folder: string;
}

/** The points of one picture; formats that give nothing at a quality have none. Rejects with what failed. */
export async function measurePicture(
  { name, path }: CorpusFile,
  { formats, scale, qualities, chroma, folder }: ScaleTask,
  judge: Judge,
): Promise<ScalePoint[]> {
  const neutral = join(folder, "neutral.png");
  await judge.neutral(path, neutral);
  const facts: Facts = { ...(await factsOf(neutral)), chroma };
  const points: ScalePoint[] = [];
  for (const format of formats) {
    const encode = ENCODERS[format];
    if (encode === undefined) throw new Error(`no encoder of ${format}`);
    const output = join(folder, `result.${format}`);
    for (const value of qualities) {
      const quality = { scale, value };
      const made = await encode({ path: neutral, facts }, output, quality);
      if (!made) continue;
      const score = await judge.score(neutral, output, null);
      if ("unavailable" in score) throw new Error(score.unavailable);
      const { size } = await stat(output);
      points.push({
        file: name,
        format,
        quality: value,
        bitsPerPixel: (size * 8) / (facts.width * facts.height),
        score: score.mean,
      });
    }
  }
  return points;
}
