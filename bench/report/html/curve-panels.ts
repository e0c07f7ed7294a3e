// Draws the two panels of an output: score by bytes, and bytes over our first encoder's at the same score.

import type {
  AverageCurve,
  AveragePoint,
  CurveGroup,
} from "./average-curve.ts";
import type { DataTable } from "./figure.ts";
import { panel } from "./figure.ts";
import type { Line } from "./lines.ts";
import { linesChart } from "./lines.ts";
import type { Markup } from "./markup.ts";
import { markup } from "./markup.ts";
import { linearScale, logScale } from "./scale.ts";
import {
  bytesText,
  counted,
  formatName,
  listed,
  percentText,
  plain,
} from "./words.ts";

const SCORES = [50, 95] as const;

export function curvePanels(group: CurveGroup): Markup {
  return markup`<div class="panels">${bytesPanel(group)}${sharePanel(group)}</div>
`;
}

function bytesPanel(group: CurveGroup): Markup {
  const name = formatName(group.output);
  const bytes = pointsOf(group).map((point) => point.bytes);
  const names = group.curves.map(({ contestant }) => contestant);
  return panel({
    title: `${name}: score by bytes`,
    note: "Further left is smaller, higher up looks better. Bold and blue: ours.",
    draw: (width) =>
      linesChart(
        {
          label: `${name}: score against bytes of ${listed(names)}.`,
          lines: linesOf(group, ({ bytes: x, score: y }) => ({ x, y })),
          x: (pixels) =>
            logScale(
              [Math.min(...bytes) * 0.94, Math.max(...bytes) * 1.06],
              pixels,
              6,
              "binary",
            ),
          y: (pixels) => linearScale(SCORES, pixels, 5),
          xText: (tick) => plain(bytesText(tick)),
          yText: (tick) => `${tick}`,
          xTitle: "bytes of a picture, logarithmic",
          yTitle: "score",
        },
        width,
      ),
    table: tableOf(group, (point) => bytesText(point.bytes)),
  });
}

function sharePanel(group: CurveGroup): Markup {
  const name = formatName(group.output);
  const shares = pointsOf(group).map((point) => 100 * point.relative);
  const baseline = shortName(group.baseline);
  return panel({
    title: `${name}: bytes at equal score`,
    note: `${baseline} is 100 %. Lower is smaller.`,
    draw: (width) =>
      linesChart(
        {
          label: `${name}: bytes as a share of those of ${group.baseline}.`,
          lines: linesOf(group, ({ relative, score: x }) => ({
            x,
            y: 100 * relative,
          })),
          x: (pixels) => linearScale(SCORES, pixels, 5),
          y: (pixels) =>
            linearScale(
              [Math.min(94, ...shares) - 2, Math.max(104, ...shares) + 2],
              pixels,
              6,
            ),
          xText: (tick) => `${tick}`,
          yText: (tick) => `${tick} %`,
          xTitle: "score",
          yTitle: `of ${baseline}’s bytes`,
        },
        width,
      ),
    table: tableOf(group, ({ relative }) => percentText(100 * relative)),
  });
}

function pointsOf({ curves }: CurveGroup): AveragePoint[] {
  return curves.flatMap(({ points }) =>
    points.filter((point) => point !== null),
  );
}

function linesOf(
  group: CurveGroup,
  place: (point: AveragePoint) => { x: number; y: number },
): Line[] {
  return group.curves.map((curve) => ({
    name: shortName(curve.contestant),
    look: lookOf(curve, group),
    points: curve.points.map(
      (point) => point && { ...place(point), tip: tipOf(curve, point) },
    ),
  }));
}

function tipOf({ contestant }: AverageCurve, point: AveragePoint): string {
  return `${contestant} · score ${point.score} · ${bytesText(point.bytes)} · ${percentText(100 * point.relative)} of the baseline · ${counted(point.pictures, "picture")}`;
}

function tableOf(
  group: CurveGroup,
  text: (point: AveragePoint) => string,
): DataTable {
  const shown = [50, 60, 70, 76, 80, 86, 90];
  return {
    head: ["at score", ...shown.map((score) => `${score}`)],
    rows: group.curves.map(({ contestant, points }) => [
      contestant,
      ...shown.map((score) => {
        const point = points.find((one) => one?.score === score);
        return point ? text(point) : "–";
      }),
    ]),
  };
}

/** "mozjpeg" for "darkroom mozjpeg": the panel has not much room. */
function shortName(contestant: string): string {
  return contestant.replace(/^darkroom (?=.)/, "");
}

/** A peer keeps its look in all panels. */
const PEER_LOOKS: ReadonlyMap<string, string> = new Map([
  ["ImageMagick", "peer-a"],
  ["vips", "peer-b"],
  ["Pillow", "peer-c"],
  ["cwebp", "peer-d"],
  ["cjpegli", "peer-d"],
]);

function lookOf(
  { contestant, kind }: AverageCurve,
  { baseline }: CurveGroup,
): string {
  if (kind === "ours") return contestant === baseline ? "ours" : "ours second";
  const known = kind === "peer" ? PEER_LOOKS.get(contestant) : undefined;
  return known ?? "trial";
}
