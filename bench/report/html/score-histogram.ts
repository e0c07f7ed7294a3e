// Draws how many results score what, a histogram for each preset above a common axis.

import { median, percentile } from "../../run/statistics.ts";
import type { Area } from "./chart.ts";
import { chart, markLines, px, xAxis } from "./chart.ts";
import { figure } from "./figure.ts";
import type { Markup } from "./markup.ts";
import { markup } from "./markup.ts";
import { presetLook, presetsOf } from "./preset.ts";
import type { Span } from "./scale.ts";
import { linearScale } from "./scale.ts";
import type { Scored } from "./scored.ts";
import { anchorsOf, isEqual, scoreSpan } from "./scored.ts";
import { counted, numberText } from "./words.ts";

interface PresetScores {
  readonly preset: string;
  /** Results equal to the pixel. */
  readonly equal: number;
  /** Of the others. */
  readonly scores: readonly number[];
}

/** Width of a bar, in score. */
const BIN = 2;
const PANEL = 92;
const TOP = 26;
/** Height of the highest bar; the rest of a panel is for words. */
const BAR = 62;

export function presetHistograms(scored: readonly Scored[]): Markup {
  const groups = presetsOf(scored.map(({ item }) => item)).map((preset) => {
    const group = scored.filter(({ item }) => item.preset === preset);
    const changed = group.filter((one) => !isEqual(one));
    const scores = changed.map(({ score }) => score);
    return { preset, equal: group.length - changed.length, scores };
  });
  const shares = [0, 5, 50, 95];
  return figure({
    title: "How many results score what, by preset",
    draw: (width) => histograms(groups, width),
    table: {
      head: [
        "preset",
        "results",
        "equal",
        "changed",
        "least",
        "5 % below",
        "median",
        "5 % above",
      ],
      rows: groups.map(({ preset, equal, scores }) => [
        preset,
        `${equal + scores.length}`,
        `${equal}`,
        `${scores.length}`,
        ...shares.map((share) =>
          numberText(scores.length === 0 ? null : percentile(scores, share)),
        ),
      ]),
    },
  });
}

function histograms(groups: readonly PresetScores[], width: number): Markup {
  const isNarrow = width < 500;
  const area: Area = {
    left: isNarrow ? 74 : 96,
    top: TOP,
    right: width - 12,
    bottom: TOP + groups.length * PANEL,
  };
  const span = scoreSpan(groups.flatMap(({ scores }) => scores));
  const scale = linearScale(span, [area.left, area.right], isNarrow ? 7 : 14);
  const label = groups.map(({ preset, equal, scores }) => {
    const middle = scores.length === 0 ? null : median(scores);
    return `${preset}: ${scores.length} changed, median score ${numberText(middle)}, ${equal} equal`;
  });
  return chart(width, area.bottom + 42, `${label.join("; ")}.`, [
    xAxis(area, scale, (tick) => `${tick}`, "score"),
    markLines(area, scale, anchorsOf(span, area.right - area.left)),
    groups.map((group, at) =>
      histogram(group, area.top + (at + 1) * PANEL, span, scale.at),
    ),
  ]);
}

function histogram(
  { preset, equal, scores }: PresetScores,
  floor: number,
  span: Span,
  at: (value: number) => number,
): Markup {
  const bins = binsOf(scores, span);
  const highest = Math.max(...bins.map(({ count }) => count));
  const bars = bins
    .filter(({ count }) => count > 0)
    .map(({ from, count }) => {
      const to = from + BIN;
      const range = from === span[0] ? `below ${to}` : `${from} to ${to}`;
      const tip = `${preset} · ${counted(count, "result")} score ${range}`;
      const top = floor - (BAR * count) / highest;
      return markup`<path class="bar ${presetLook(preset)}" data-tip="${tip}" d="M${px(at(from) + 0.75)} ${floor}V${px(top)}H${px(at(to) - 0.75)}V${floor}z" />`;
    });
  return markup`<g><path class="base" d="M${px(at(span[0]))} ${floor}H${px(at(span[1]))}" /><text class="name" x="0" y="${floor - 30}">${preset}</text><text class="small" x="0" y="${floor - 16}">${scores.length} changed</text><text class="small" x="0" y="${floor - 3}">${equal} equal</text>${bars}${scores.length === 0 ? undefined : middleOf(median(scores), floor, at)}</g>
`;
}

function middleOf(
  middle: number,
  floor: number,
  at: (value: number) => number,
): Markup {
  const [x, top] = [px(at(middle)), floor - BAR - 16];
  return markup`<path class="center" d="M${x} ${floor}V${top}" /><text class="value halo" x="${px(x - 6)}" y="${top + 9}" text-anchor="end">median ${numberText(middle, 0)}</text>`;
}

function binsOf(
  scores: readonly number[],
  [least, most]: Span,
): { from: number; count: number }[] {
  return Array.from({ length: (most - least) / BIN }, (_, index) => {
    const from = least + index * BIN;
    const inside = scores.filter((score) => {
      const shown = Math.max(least, Math.min(score, most - BIN / 2));
      return shown >= from && shown < from + BIN;
    });
    return { from, count: inside.length };
  });
}
