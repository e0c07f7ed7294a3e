// Draws one contestant's curve over one picture: encodes at each quality and has the result judged.

import { rm, stat } from "node:fs/promises";
import { join } from "node:path";

import { wordsOf } from "../run/serve.ts";
import type { Judge } from "../score/judge.ts";
import type { Contestant } from "./contestant.ts";
import type { Curve, CurvePoint } from "./curve.ts";

/** A quality that fails is named, and the rest still drawn. */
export async function drawCurve(
  contestant: Contestant,
  input: string,
  folder: string,
  judge: Judge,
): Promise<Curve> {
  const { name, kind, output, qualities } = contestant;
  const points: CurvePoint[] = [];
  const failures: string[] = [];
  const path = join(folder, `result-${output}`);
  for (const quality of qualities) {
    try {
      const point = await pointAt(contestant, input, path, quality, judge);
      // A lossless output takes no notice of the quality: one point is all there is.
      if (points.length === 1 && points[0]?.bytes === point.bytes) break;
      points.push(point);
    } catch (error) {
      failures.push(`${quality}: ${wordsOf(error)}`);
    }
  }
  await rm(path, { force: true });
  return { contestant: name, kind, output, points, failures };
}

async function pointAt(
  { encode }: Contestant,
  input: string,
  path: string,
  quality: number,
  judge: Judge,
): Promise<CurvePoint> {
  const { cpuMs, wallMs } = await encode(input, path, quality);
  const { size: bytes } = await stat(path);
  const score = await judge.score(input, path, null);
  if ("unavailable" in score) throw new Error(score.unavailable);
  return { quality, bytes, score: score.mean, cpuMs, wallMs };
}
