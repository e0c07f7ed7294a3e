// Sets the section on how much smaller files become, by format and preset.

import { figure } from "./figure.ts";
import type { Material, PageCase } from "./material.ts";
import { presetsOf } from "./preset.ts";
import { reductionChart } from "./reduction-chart.ts";
import { reductionsOf, totalReduction } from "./reductions.ts";
import { absent, section } from "./section.ts";
import type { Section } from "./section.ts";
import {
  capitalized,
  counted,
  formatName,
  listed,
  percentText,
} from "./words.ts";

const ID = "size";
const SUBJECT = "Size";

export function reductionSection({ cases, compared: made }: Material): Section {
  if (made.length === 0) {
    return absent(
      ID,
      SUBJECT,
      "No file was optimized in these results.",
      "npm run bench -- run --mode quick --preset low,medium,high",
    );
  }
  const presets = presetsOf(made);
  const totals = presets.map((preset) => {
    const share = totalReduction(made.filter((item) => item.preset === preset));
    return { preset, words: percentText(share, 0) };
  });
  const files = filesOf(made);
  const left = filesOf(cases) - files;
  const reductions = reductionsOf(made);
  return section({
    id: ID,
    subject: SUBJECT,
    headline: headlineOf(totals),
    lede: `${counted(files, "file")}, each optimized with ${listed(presets)}. Large files weigh most in these sums; the chart counts every file alike.${left === 0 ? "" : ` ${counted(left, "file")} not tried with every preset, or failed, are left out.`}`,
    content: figure({
      title: "Bytes taken away, by format and preset",
      note: "Dot: the median file. Line: the middle half of the files.",
      draw: (width) => reductionChart(reductions, presets, width),
      table: {
        head: [
          "format, preset",
          "files",
          "median",
          "lower quarter",
          "upper quarter",
          "of all bytes",
        ],
        rows: reductions.map((row) => [
          `${formatName(row.format)} ${row.preset}`,
          `${row.files}`,
          ...[row.middle, row.quarter, row.threeQuarters, row.total].map(
            (value) => percentText(value),
          ),
        ]),
      },
    }),
  });
}

/** "Low takes 35 % of all bytes away, medium 71 % and high 77 %". */
function headlineOf([first, ...others]: readonly {
  preset: string;
  words: string;
}[]): string {
  const opening = `${capitalized(first?.preset ?? "")} takes ${first?.words ?? ""} of all bytes away`;
  return listed([
    opening,
    ...others.map(({ preset, words }) => `${preset} ${words}`),
  ]);
}

function filesOf(cases: readonly PageCase[]): number {
  return new Set(
    cases.map(({ corpus, file }) => JSON.stringify([corpus, file])),
  ).size;
}
