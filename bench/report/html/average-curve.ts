// Averages rate–distortion curves over pictures, score by score: never by quality numbers, which mean nothing between encoders.

import type { Curve, CurveSet } from "../../curves/curve.ts";
import { costAt } from "../../curves/matched.ts";
import { geometricMean } from "../../run/statistics.ts";

/** From visibly compressed to nearly transparent, in steps finer than the eye follows. */
const SCORES = Array.from({ length: 23 }, (_, step) => 50 + 2 * step);
/** Where every encoder has points, so that pictures can be set against each other. */
const ANCHOR = 75;

export interface AverageCurve {
  readonly contestant: string;
  readonly kind: Curve["kind"];
  readonly output: string;
  /** Null where fewer than half of the pictures reach the score. */
  readonly points: readonly (AveragePoint | null)[];
}

export interface AveragePoint {
  readonly score: number;
  /** Geometric mean over all pictures; where some do not reach the score, as far as the others tell. */
  readonly bytes: number;
  /** Over the bytes of the baseline, our first encoder. */
  readonly relative: number;
  readonly pictures: number;
}

export interface CurveGroup {
  readonly output: string;
  readonly baseline: string;
  readonly pictures: number;
  readonly curves: readonly AverageCurve[];
}

/** One group for each output that has curves to compare; lossless outputs have a point, and no curve. */
export function curveGroups(sets: readonly CurveSet[]): CurveGroup[] {
  const outputs = new Set(
    sets.flatMap(({ curves }) => curves.map(({ output }) => output)),
  );
  return [...outputs].flatMap((output) => {
    const pictures = sets.map(({ curves }) =>
      curves.filter((curve) => curve.output === output),
    );
    return groupOf(output, pictures) ?? [];
  });
}

type BytesAt = (score: number) => number | undefined;

/** Each picture's bytes by contestant. */
type Picture = ReadonlyMap<string, BytesAt>;

function groupOf(
  output: string,
  pictures: readonly (readonly Curve[])[],
): CurveGroup | undefined {
  const contestants = new Map(
    pictures.flat().map((curve) => [curve.contestant, curve] as const),
  );
  const all = [...contestants.values()];
  const baseline = all.find(({ kind }) => kind === "ours") ?? all[0];
  if (baseline === undefined) return undefined;
  const usable = pictures
    .map(
      (curves): Picture =>
        new Map(
          curves.map(({ contestant, points }) => [
            contestant,
            (score) => costAt(points, score)?.bytes,
          ]),
        ),
    )
    .filter((picture) => picture.get(baseline.contestant)?.(ANCHOR));
  const curves = all
    .map((curve) => averageOf(curve, baseline.contestant, usable))
    .filter(({ points }) => points.some((point) => point !== null));
  if (curves.length === 0) return undefined;
  return {
    output,
    baseline: baseline.contestant,
    pictures: usable.length,
    curves,
  };
}

/**
 * Bytes are averaged as multiples of what the baseline needs for the same
 * picture at the anchor, then multiplied by the mean of that: a picture that
 * one contestant does not reach leaves the average at its place.
 */
function averageOf(
  { contestant, kind, output }: Curve,
  baseline: string,
  pictures: readonly Picture[],
): AverageCurve {
  const anchors = pictures.map((picture) => picture.get(baseline)!(ANCHOR)!);
  const points = SCORES.map((score) => {
    const scaled: number[] = [];
    const relative: number[] = [];
    for (const [at, picture] of pictures.entries()) {
      const bytes = picture.get(contestant)?.(score);
      if (bytes === undefined) continue;
      scaled.push(bytes / anchors[at]!);
      const ofBaseline = picture.get(baseline)!(score);
      if (ofBaseline !== undefined) relative.push(bytes / ofBaseline);
    }
    if (scaled.length * 2 < pictures.length || relative.length === 0) {
      return null;
    }
    return {
      score,
      bytes: geometricMean(scaled) * geometricMean(anchors),
      relative: geometricMean(relative),
      pictures: scaled.length,
    };
  });
  return { contestant, kind, output, points };
}
