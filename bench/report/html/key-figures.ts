// Chooses the few figures that stand large at the top: those that the results have.

import { median, percentile } from "../../run/statistics.ts";
import { bucketTimes } from "./bucket-times.ts";
import { markup } from "./markup.ts";
import type { Markup } from "./markup.ts";
import type { Material } from "./material.ts";
import { weighedOf } from "./memory.ts";
import { presetsOf } from "./preset.ts";
import { totalReduction } from "./reductions.ts";
import { isEqual, scoredOf } from "./scored.ts";
import { summaryOf } from "./estimates.ts";
import { bytesText, numberText, percentText, timeText } from "./words.ts";

interface KeyFigure {
  readonly figure: string;
  readonly words: string;
}

export function keyFigures(material: Material): Markup {
  const figures = [
    ...casesFigure(material),
    ...sizeFigure(material),
    ...scoreFigure(material),
    ...estimateFigure(material),
    ...timeFigure(material),
    ...memoryFigure(material),
  ];
  return markup`<dl class="keys">${figures.map(
    ({ figure, words }) =>
      markup`<div><dt>${words}</dt><dd>${figure}</dd></div>`,
  )}</dl>
`;
}

function casesFigure({ cases }: Material): KeyFigure[] {
  if (cases.length === 0) return [];
  const failed = cases.filter(({ outcome }) => outcome === null).length;
  return [
    {
      figure: cases.length.toLocaleString("en-US"),
      words: `cases; ${failed === 0 ? "none" : failed} failed`,
    },
  ];
}

/** Of the middle preset, as the service's default. */
function sizeFigure({ compared: made }: Material): KeyFigure[] {
  const presets = presetsOf(made);
  const preset = presets.includes("medium") ? "medium" : presets[0];
  if (preset === undefined) return [];
  const share = totalReduction(made.filter((item) => item.preset === preset));
  return [
    { figure: percentText(share, 0), words: `of all bytes gone at ${preset}` },
  ];
}

function scoreFigure({ compared }: Material): KeyFigure[] {
  const changed = scoredOf(compared).filter((one) => !isEqual(one));
  if (changed.length === 0) return [];
  const scores = changed.map(({ score }) => score);
  return [
    {
      figure: numberText(median(scores), 0),
      words: `median score where pixels change; ${numberText(percentile(scores, 5), 0)} is the lowest twentieth`,
    },
  ];
}

function estimateFigure({ estimates }: Material): KeyFigure[] {
  const { meanError } = summaryOf(estimates);
  return meanError === null
    ? []
    : [{ figure: percentText(meanError), words: "mean error of predictions" }];
}

function timeFigure({ timed }: Material): KeyFigure[] {
  const buckets = bucketTimes(timed.filter(({ runs }) => runs.length > 0));
  const main =
    buckets.find(({ bucket }) => bucket === "medium") ?? buckets.at(-1);
  return main === undefined
    ? []
    : [
        {
          figure: timeText(main.p50),
          words: `median time of ${main.bucket} files`,
        },
      ];
}

function memoryFigure({ weighed: cases }: Material): KeyFigure[] {
  const peaks = weighedOf(cases).map(({ peakBytes }) => peakBytes);
  return peaks.length === 0
    ? []
    : [
        {
          figure: bytesText(Math.max(...peaks)),
          words: "most memory of a job",
        },
      ];
}
