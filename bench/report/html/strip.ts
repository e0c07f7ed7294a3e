// Draws rows of dots along one axis: a dot for each case, the median as a line; decides no figure.

import type { Area, MarkedValue } from "./chart.ts";
import { chart, markLines, px, xAxis } from "./chart.ts";
import type { Markup } from "./markup.ts";
import { markup } from "./markup.ts";
import type { Scale } from "./scale.ts";
import { shortened } from "./words.ts";

export interface Dot {
  readonly value: number;
  /** What is said of it when pointed at. */
  readonly tip: string;
  /** Class of page.css. */
  readonly look: string;
}

export interface StripRow {
  readonly name: string;
  readonly dots: readonly Dot[];
  /** Where the line stands; none when undefined. */
  readonly center?: number;
  /** Stands at the right end. */
  readonly note: string;
}

export interface Strip {
  readonly label: string;
  readonly rows: readonly StripRow[];
  readonly scale: (pixels: readonly [number, number], most: number) => Scale;
  readonly axis: string;
  readonly text: (tick: number) => string;
  /** Above the notes. */
  readonly noteTitle: string;
  /** For an axis of so many pixels. */
  readonly marks: (pixels: number) => readonly MarkedValue[];
}

const ROW = 30;
const TOP = 30;
/** Dots of one value stand beside each other in five places, three pixels apart. */
const PLACES = [0, 3, -3, 6, -6];

export function stripChart(strip: Strip, width: number): Markup {
  const { rows, text, axis, label } = strip;
  const isNarrow = width < 500;
  const area: Area = {
    left: isNarrow ? 62 : 96,
    right: width - (isNarrow ? 58 : 92),
    top: TOP,
    bottom: TOP + rows.length * ROW,
  };
  const scale = strip.scale([area.left, area.right], isNarrow ? 5 : 9);
  return chart(width, area.bottom + 42, label, [
    xAxis(area, scale, text, axis),
    markLines(area, scale, strip.marks(area.right - area.left)),
    markup`<text class="small" x="${width}" y="${area.top - 11}" text-anchor="end">${strip.noteTitle}</text>`,
    rows.map((row, at) =>
      rowAt(row, area.top + (at + 0.5) * ROW, area, scale, width),
    ),
  ]);
}

function rowAt(
  { name, dots, center, note }: StripRow,
  y: number,
  { left, right }: Area,
  scale: Scale,
  width: number,
): Markup {
  const within = (value: number): number =>
    Math.min(right, Math.max(left, scale.at(value)));
  const x = center === undefined ? 0 : within(center);
  return markup`<g><text class="name" x="0" y="${y + 4}">${shortened(name, 12)}</text>${dots.map(
    ({ value, tip, look }, index) =>
      markup`<circle class="dot ${look}" cx="${px(within(value))}" cy="${y + (PLACES[index % PLACES.length] ?? 0)}" r="3" data-tip="${tip}" />`,
  )}${center === undefined ? undefined : markup`<path class="center" d="M${px(x)} ${y - 12}v24" />`}<text class="figure" x="${width}" y="${y + 4}" text-anchor="end">${note}</text></g>
`;
}
