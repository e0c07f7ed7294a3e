// Draws each case by its size and its median time, and over each bucket of sizes the lines that half and 95 of 100 runs stay below.

import { median } from "../../run/statistics.ts";
import type { Area } from "./chart.ts";
import { chart, px, xAxis, yAxis } from "./chart.ts";
import type { BucketTime } from "./bucket-times.ts";
import type { Markup } from "./markup.ts";
import { markup } from "./markup.ts";
import type { PageCase } from "./material.ts";
import type { Scale } from "./scale.ts";
import { logScale } from "./scale.ts";
import { bytesText, counted, timeText, plain } from "./words.ts";

const LEFT = 50;
const TOP = 34;
/** Pixels beyond the outermost dot, and to each side of a bucket's lines. */
const EDGE = 22;
/** Below this many pixels between the two lines the words of one would lie on the other. */
const CLOSE = 26;

interface Timed {
  readonly item: PageCase;
  readonly ms: number;
}

export function latencyChart(
  cases: readonly PageCase[],
  buckets: readonly BucketTime[],
  width: number,
): Markup {
  const isNarrow = width < 500;
  const area: Area = {
    left: LEFT,
    top: TOP,
    right: width - 8,
    bottom: isNarrow ? 310 : 390,
  };
  const timed = cases.map((item) => ({
    item,
    ms: median(item.runs.map(({ wallMs }) => wallMs)),
  }));
  const x = logScale(
    spanOf(cases.map(({ inputBytes }) => inputBytes)),
    [area.left + EDGE, area.right - EDGE],
    isNarrow ? 5 : 9,
    "binary",
  );
  const times = timed.map(({ ms }) => ms);
  const y = logScale(
    spanOf([...times, ...buckets.flatMap(({ p50, p95 }) => [p50, p95])]),
    [area.bottom - EDGE, area.top + EDGE],
    8,
    "decimal",
  );
  const label = buckets.map(
    ({ bucket, p50, p95 }) =>
      `${bucket} p50 ${timeText(p50)}, p95 ${timeText(p95)}`,
  );
  return chart(
    width,
    area.bottom + 42,
    `Time by bucket of sizes: ${label.join("; ")}.`,
    [
      xAxis(area, x, (tick) => plain(bytesText(tick)), "file size"),
      yAxis(area, y, (tick) => plain(timeText(tick)), ""),
      timed.map((one) => dotOf(one, x, y)),
      buckets.map((row, at) => linesOf(row, x, y, area, at === 0)),
    ],
  );
}

function spanOf(values: readonly number[]): readonly [number, number] {
  return [Math.min(...values), Math.max(...values)];
}

function dotOf({ item, ms }: Timed, x: Scale, y: Scale): Markup {
  const tip = `${item.file} · ${item.preset} · ${bytesText(item.inputBytes)} · median ${timeText(ms)} of ${counted(item.runs.length, "run")}`;
  return markup`<circle class="dot medium" cx="${px(x.at(item.inputBytes))}" cy="${px(y.at(ms))}" r="3.5" data-tip="${tip}" />`;
}

/** The first bucket's lines say what they are. */
function linesOf(
  { bucket, p50, p95, least, most }: BucketTime,
  x: Scale,
  y: Scale,
  { top }: Area,
  isFirst: boolean,
): Markup {
  const [from, to] = [x.at(least) - EDGE / 2, x.at(most) + EDGE / 2];
  const middle = px((from + to) / 2);
  const [half, most95] = [px(y.at(p50)), px(y.at(p95))];
  const below = half - most95 < CLOSE;
  const name = (word: string): string => (isFirst ? `${word} ` : "");
  const line = (place: number) => `M${px(from)} ${place}H${px(to)}`;
  return markup`<g data-tip="${`${bucket} · p50 ${timeText(p50)} · p95 ${timeText(p95)}`}"><text class="name" x="${middle}" y="${top - 11}" text-anchor="middle">${bucket}</text><path class="step" d="${line(half)}" /><path class="step thin" d="${line(most95)}" /><text class="value halo" x="${middle}" y="${px(most95 - 6)}" text-anchor="middle">${name("p95")}${timeText(p95)}</text><text class="value halo strong" x="${middle}" y="${px(half + (below ? 15 : -7))}" text-anchor="middle">${name("p50")}${timeText(p50)}</text></g>
`;
}
