// Shows the most memory that each case held, its process and its largest tool together, by format.

import { median } from "../../run/statistics.ts";
import { figure } from "./figure.ts";
import type { Material, PageCase } from "./material.ts";
import { linearScale } from "./scale.ts";
import { absent, section } from "./section.ts";
import type { Section } from "./section.ts";
import { stripChart } from "./strip.ts";
import { bytesText, counted, formatName } from "./words.ts";

const ID = "memory";
const SUBJECT = "Memory";
const MIB = 1024 ** 2;

export interface Weighed {
  readonly item: PageCase;
  /** Of its heaviest repeat: the process at its peak and the largest tool, as if both peaked at once. */
  readonly peakBytes: number;
  readonly toolBytes: number;
  readonly beforeBytes: number;
}

export function weighedOf(cases: readonly PageCase[]): Weighed[] {
  return cases.flatMap((item) => {
    const [heaviest] = item.runs
      .flatMap(({ memory: { ownPeakBytes, toolPeakBytes, rssBeforeBytes } }) =>
        ownPeakBytes === null
          ? []
          : [
              {
                item,
                peakBytes: ownPeakBytes + (toolPeakBytes ?? 0),
                toolBytes: toolPeakBytes ?? 0,
                beforeBytes: rssBeforeBytes,
              },
            ],
      )
      .toSorted((a, b) => b.peakBytes - a.peakBytes);
    return heaviest ?? [];
  });
}

export function memorySection({ weighed: cases }: Material): Section {
  const weighed = weighedOf(cases);
  const [largest] = weighed.toSorted((a, b) => b.peakBytes - a.peakBytes);
  if (largest === undefined) {
    return absent(
      ID,
      SUBJECT,
      "Memory was not measured in these results.",
      "npm run bench -- run --mode memory",
    );
  }
  const idle = median(weighed.map(({ beforeBytes }) => beforeBytes));
  const groups = [...Map.groupBy(weighed, ({ item }) => item.format)]
    .map(([format, group]) => ({
      format,
      center: median(group.map(({ peakBytes }) => peakBytes)),
      group: group.toSorted((a, b) => b.peakBytes - a.peakBytes),
    }))
    .toSorted(
      (a, b) => (b.group[0]?.peakBytes ?? 0) - (a.group[0]?.peakBytes ?? 0),
    );
  return section({
    id: ID,
    subject: SUBJECT,
    headline: `The heaviest job held ${bytesText(largest.peakBytes)}; half held ${bytesText(median(weighed.map(({ peakBytes }) => peakBytes)))} or less`,
    lede: `Peak resident memory of a fresh process for each of ${counted(weighed.length, "case")}, with the peak of its largest tool added. Before a job begins a process holds ${bytesText(idle)}.`,
    content: figure({
      title: "Most memory held, by format",
      note: "Line: median.",
      draw: (width) =>
        stripChart(
          {
            label: `Largest peak by format: ${groups.map(({ format, group }) => `${formatName(format)} ${bytesText(group[0]?.peakBytes ?? null)}`).join(", ")}.`,
            axis: "MiB",
            noteTitle: "most",
            text: (tick) => `${tick}`,
            marks: () => [{ value: idle / MIB, words: "before" }],
            scale: (pixels, most) =>
              linearScale([0, (largest.peakBytes / MIB) * 1.04], pixels, most),
            rows: groups.map(({ format, group, center }) => ({
              name: formatName(format),
              center: center / MIB,
              note: bytesText(group[0]?.peakBytes ?? null),
              dots: group.map(({ item, peakBytes, toolBytes }) => ({
                value: peakBytes / MIB,
                look: "medium",
                tip: `${item.file} · ${item.preset} · ${bytesText(peakBytes)}, of that tools ${bytesText(toolBytes)} · file ${bytesText(item.inputBytes)}`,
              })),
            })),
          },
          width,
        ),
      table: {
        head: [
          "format",
          "cases",
          "median",
          "most",
          "by tools then",
          "heaviest file",
        ],
        rows: groups.map(({ format, group, center }) => [
          formatName(format),
          `${group.length}`,
          bytesText(center),
          bytesText(group[0]?.peakBytes ?? null),
          bytesText(group[0]?.toolBytes ?? null),
          group[0]?.item.file ?? "",
        ]),
      },
    }),
  });
}
