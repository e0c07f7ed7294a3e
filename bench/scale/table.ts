// Shows how far one quality looks alike in all formats: scores, the widest gap between their means, and bytes at equal score.

import { scoreOfLook } from "../../src/codecs/quality-scale.ts";
import { costAt } from "../curves/matched.ts";
import { fixed, markdownTable } from "../report/table.ts";
import { geometricMean, mean } from "../run/statistics.ts";
import type { ScalePoint } from "./measure.ts";

/** The first is what the others' bytes are measured by. */
const BASE = "jpeg";

export function scaleTables(
  points: readonly ScalePoint[],
  formats: readonly string[],
  looks: readonly number[],
): string {
  return `${scoreTable(points, formats, looks)}\n\n${bytesTable(points, formats, looks)}`;
}

/** Mean score (least), bits a pixel, and how many pictures of those that gave a result, by format and look. */
function scoreTable(
  points: readonly ScalePoint[],
  formats: readonly string[],
  looks: readonly number[],
): string {
  const at = (format: string, look: number) =>
    points.filter((one) => one.format === format && one.quality === look);
  const rows = formats.map((format) => [
    format,
    ...looks.map((look) => cell(at(format, look))),
  ]);
  const targets = looks.map((look) => fixed(scoreOfLook(look)));
  const gaps = looks.map((look) => {
    // A palette aims at its score and often cannot reach it.
    const means = formats
      .filter((format) => format !== "png")
      .flatMap((format) => {
        const scores = at(format, look).map(({ score }) => score);
        return scores.length === 0 ? [] : [mean(scores)];
      });
    return fixed(Math.max(...means) - Math.min(...means));
  });
  return markdownTable(
    ["mean score (least), bits a pixel", ...looks.map((look) => `q ${look}`)],
    [["stands for", ...targets], ...rows, ["widest gap but png", ...gaps]],
  );
}

function cell(points: readonly ScalePoint[]): string {
  if (points.length === 0) return "–";
  const scores = points.map(({ score }) => score);
  const bits = mean(points.map(({ bitsPerPixel }) => bitsPerPixel));
  return `${fixed(mean(scores))} (${fixed(Math.min(...scores))}), ${fixed(bits, 2)}, n ${points.length}`;
}

/** Bytes against the base at the score a look stands for: geometric means over the pictures whose points enclose it in both. */
function bytesTable(
  points: readonly ScalePoint[],
  formats: readonly string[],
  looks: readonly number[],
): string {
  const files = [...new Set(points.map(({ file }) => file))];
  const bytesAt = (file: string, format: string, score: number) =>
    costAt(
      points
        .filter((one) => one.file === file && one.format === format)
        .map(({ quality, score: reached, bitsPerPixel }) => ({
          quality,
          score: reached,
          bytes: bitsPerPixel,
          cpuMs: null,
          wallMs: 0,
        })),
      score,
    )?.bytes;
  const rows = formats
    .filter((format) => format !== BASE)
    .map((format) => [
      format,
      ...looks.map((look) => {
        const ratios = files.flatMap((file) => {
          const ours = bytesAt(file, format, scoreOfLook(look));
          const base = bytesAt(file, BASE, scoreOfLook(look));
          return ours && base ? [ours / base] : [];
        });
        return ratios.length === 0
          ? "–"
          : `${fixed(geometricMean(ratios), 2)}, n ${ratios.length}`;
      }),
    ]);
  const heads = looks.map((look) => `at ${fixed(scoreOfLook(look))}`);
  return markdownTable([`bytes against ${BASE}`, ...heads], rows);
}
