// Draws every result that changed pixels as a dot at its score, by format.

import { median } from "../../run/statistics.ts";
import { figure } from "./figure.ts";
import type { Markup } from "./markup.ts";
import { presetLook, presetsOf } from "./preset.ts";
import { linearScale } from "./scale.ts";
import type { Scored } from "./scored.ts";
import { anchorsOf, LEAST_SHOWN, scoreSpan } from "./scored.ts";
import type { Dot } from "./strip.ts";
import { stripChart } from "./strip.ts";
import { bytesText, formatName, listed, numberText } from "./words.ts";

export function formatStrip(changed: readonly Scored[]): Markup {
  const span = scoreSpan(changed.map(({ score }) => score));
  const groups = [...Map.groupBy(changed, ({ item }) => item.format)]
    .map(([format, group]) => ({
      name: formatName(format),
      group: group.toSorted((a, b) => a.score - b.score),
      center: median(group.map(({ score }) => score)),
    }))
    .toSorted((a, b) => b.center - a.center);
  const centers = groups.map(
    ({ name, center }) => `${name} ${numberText(center)}`,
  );
  return figure({
    title: "Every result that changed pixels, by format",
    note: noteOf(changed),
    draw: (width) =>
      stripChart(
        {
          label: `Median score by format: ${centers.join(", ")}.`,
          axis: "score",
          noteTitle: "median",
          text: (tick) => `${tick}`,
          marks: (pixels) => anchorsOf(span, pixels),
          scale: (pixels, most) => linearScale(span, pixels, most),
          rows: groups.map(({ name, group, center }) => ({
            name,
            center,
            note: numberText(center, 0),
            dots: group.map((one) => dotOf(one)),
          })),
        },
        width,
      ),
    table: {
      head: ["format", "changed results", "median", "least", "worst result"],
      rows: groups.map(({ name, group, center }) => [
        name,
        `${group.length}`,
        numberText(center),
        numberText(group[0]?.score ?? null),
        `${group[0]?.item.file ?? ""} ${group[0]?.item.preset ?? ""}`,
      ]),
    },
  });
}

function noteOf(changed: readonly Scored[]): string {
  const presets = presetsOf(changed.map(({ item }) => item));
  return [
    presets.length < 2 ? "" : `From pale to strong: ${listed(presets)}. `,
    "Line: the median.",
    changed.some(({ score }) => score < LEAST_SHOWN)
      ? ` What scores below ${LEAST_SHOWN} stands at the edge.`
      : "",
  ].join("");
}

function dotOf({ item, score }: Scored): Dot {
  const { file, preset, inputBytes, outcome } = item;
  return {
    value: score,
    look: presetLook(preset),
    tip: `${file} · ${preset} · score ${numberText(score)} · ${bytesText(inputBytes)} to ${bytesText(outcome?.bytes ?? null)}`,
  };
}
