// Draws lines on two axes, each named at its end; decides neither scales nor figures.

import type { Area } from "./chart.ts";
import { chart, linePath, px, spreadOut, xAxis, yAxis } from "./chart.ts";
import type { Markup } from "./markup.ts";
import { markup } from "./markup.ts";
import type { Scale } from "./scale.ts";
import { shortened } from "./words.ts";

export interface Line {
  readonly name: string;
  /** Class of page.css. */
  readonly look: string;
  /** Null where the line has a gap. */
  readonly points: readonly (LinePoint | null)[];
}

export interface LinePoint {
  readonly x: number;
  readonly y: number;
  readonly tip: string;
}

export interface Lines {
  readonly label: string;
  readonly lines: readonly Line[];
  readonly x: (pixels: readonly [number, number]) => Scale;
  readonly y: (pixels: readonly [number, number]) => Scale;
  readonly xText: (tick: number) => string;
  readonly yText: (tick: number) => string;
  readonly xTitle: string;
  readonly yTitle: string;
}

const HEIGHT = 300;
/** Room for the names of the lines. */
const NAMES = 84;
const NAME_GAP = 14;

export function linesChart(parts: Lines, width: number): Markup {
  const area: Area = {
    left: 38,
    top: 26,
    right: width - NAMES,
    bottom: HEIGHT - 42,
  };
  const x = parts.x([area.left, area.right]);
  const y = parts.y([area.bottom, area.top]);
  const lines = parts.lines.filter(({ points }) =>
    points.some((point) => point !== null),
  );
  const ends = lines.map(({ points }) =>
    points.findLast((point) => point !== null)!,
  );
  const places = spreadOut(
    ends.map((end) => y.at(end.y)),
    NAME_GAP,
    [area.top, area.bottom],
  );
  // Ours last, so that they lie on top where lines meet.
  const order = lines
    .map((_, at) => at)
    .toSorted((a, b) => rank(lines[a]!) - rank(lines[b]!));
  return chart(width, HEIGHT, parts.label, [
    xAxis(area, x, parts.xText, parts.xTitle),
    yAxis(area, y, parts.yText, parts.yTitle),
    order.map((at) => {
      const { name, look, points } = lines[at]!;
      const end = ends[at]!;
      const [endX, endY, place] = [
        px(x.at(end.x)),
        px(y.at(end.y)),
        px(places[at]!),
      ];
      const label = px(area.right + 10);
      return markup`<g class="line ${look}"><path class="lead" d="M${endX + 3} ${endY}L${label - 3} ${place}" /><path class="curve" d="${linePath(points.map((point) => point && [x.at(point.x), y.at(point.y)]))}" />${points.map(
        (point) =>
          point === null
            ? undefined
            : markup`<circle class="spot" cx="${px(x.at(point.x))}" cy="${px(y.at(point.y))}" r="6" data-tip="${point.tip}" />`,
      )}<text x="${label}" y="${place + 4}">${shortened(name, 13)}</text></g>
`;
    }),
  ]);
}

function rank({ look }: Line): number {
  return look.startsWith("ours") ? 1 : 0;
}
