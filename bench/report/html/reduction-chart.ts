// Draws the median reduction of each format and preset as a dot, on the line from the lower to the upper quarter.

import type { Area } from "./chart.ts";
import { chart, px, xAxis } from "./chart.ts";
import type { Markup } from "./markup.ts";
import { markup } from "./markup.ts";
import { presetLook } from "./preset.ts";
import type { Reduction } from "./reductions.ts";
import { linearScale } from "./scale.ts";
import { counted, formatName, percentText, shortened } from "./words.ts";

const LINE = 15;
const TOP = 8;

/** The format that loses most comes first. */
export function reductionChart(
  reductions: readonly Reduction[],
  presets: readonly string[],
  width: number,
): Markup {
  const isNarrow = width < 500;
  const rows = [...Map.groupBy(reductions, ({ format }) => format)].toSorted(
    ([, a], [, b]) => most(b) - most(a),
  );
  const height = presets.length * LINE + 14;
  const area: Area = {
    left: isNarrow ? 62 : 96,
    top: TOP,
    right: width - 82,
    bottom: TOP + rows.length * height,
  };
  const scale = linearScale(
    [Math.min(0, ...reductions.map(({ quarter }) => quarter)), 100],
    [area.left, area.right],
    isNarrow ? 5 : 10,
  );
  const label = reductions.map(
    ({ format, preset, middle }) =>
      `${formatName(format)} ${preset} ${percentText(middle, 0)}`,
  );
  return chart(
    width,
    area.bottom + 42,
    `Median share of bytes taken away: ${label.join(", ")}.`,
    [
      xAxis(
        area,
        scale,
        (tick) => `${tick} %`,
        "of the file’s bytes taken away",
      ),
      rows.map(([format, group], at) => {
        const top = area.top + at * height;
        const files = Math.max(...group.map((item) => item.files));
        const lines = group.map((item) => {
          const y = top + 7 + (presets.indexOf(item.preset) + 0.5) * LINE;
          return lineOf(item, y, scale.at, at === 0);
        });
        return markup`<g><path class="rule" d="M0 ${top}H${width}" /><text class="name" x="0" y="${top + height / 2}">${shortened(formatName(format), 12)}</text><text class="small" x="0" y="${top + height / 2 + 14}">${counted(files, "file")}</text>${lines}</g>
`;
      }),
    ],
  );
}

function most(group: readonly Reduction[]): number {
  return Math.max(...group.map(({ middle }) => middle));
}

function lineOf(
  { format, preset, files, middle, quarter, threeQuarters }: Reduction,
  y: number,
  at: (value: number) => number,
  isNamed: boolean,
): Markup {
  const look = presetLook(preset);
  const tip = `${formatName(format)} ${preset} · median ${percentText(middle)} · middle half ${percentText(quarter)} to ${percentText(threeQuarters)} · ${counted(files, "file")}`;
  const words = `${isNamed ? `${preset} ` : ""}${percentText(middle, 0)}`;
  const end = px(at(Math.max(threeQuarters, middle)) + 9);
  return markup`<g class="${look}" data-tip="${tip}"><path class="reach" d="M${px(at(quarter))} ${y}H${px(at(threeQuarters))}" /><circle class="dot solid ${look}" cx="${px(at(middle))}" cy="${y}" r="4.5" /><text class="value" x="${end}" y="${y + 4}">${words}</text></g>`;
}
