// Lists what the charts leave out: cases that failed, results without a score, files skipped, peers absent; and what was measured on what.

import type { BenchResult } from "../../run/result.ts";
import { tableOf } from "./figure.ts";
import { markup } from "./markup.ts";
import type { Markup } from "./markup.ts";
import type { Material, PageCase } from "./material.ts";
import { presetsOf } from "./preset.ts";
import { section } from "./section.ts";
import type { Section } from "./section.ts";
import { counted, dayText, formatName, listed, numberText } from "./words.ts";

export function troublesSection({ results, cases }: Material): Section {
  const rows = [
    ...caseTroubles(cases),
    ...curveTroubles(results),
    ...skippedOf(results),
    ...absentPeers(results),
  ];
  const failed = cases.filter(({ outcome }) => outcome === null).length;
  return section({
    id: "fine-print",
    subject: "Fine print",
    headline:
      failed === 0
        ? "No case failed"
        : `${counted(failed, "case")} of ${cases.length} failed`,
    lede: "What the charts above leave out, and what they were measured on.",
    content: [
      rows.length === 0
        ? markup`<p>Nothing failed, was skipped or was absent.</p>`
        : tableOf({ head: ["what", "why"], rows }),
      results.map(provenance),
    ],
  });
}

/** One row for a file, whichever presets met the same. */
function caseTroubles(cases: readonly PageCase[]): string[][] {
  const met = cases.flatMap(({ file, preset, failures: [failure], score }) => {
    const why = failure
      ? `failed, ${failure.code}: ${failure.message}`
      : score && "unavailable" in score
        ? `no score: ${score.unavailable}`
        : undefined;
    return why === undefined ? [] : [{ file, preset, why }];
  });
  const groups = Map.groupBy(met, ({ file, why }) =>
    JSON.stringify([file, why]),
  );
  return [...groups.values()].map((group) => [
    `${group[0]?.file ?? ""}, ${listed(presetsOf(group))}`,
    group[0]?.why ?? "",
  ]);
}

function curveTroubles(results: readonly BenchResult[]): string[][] {
  return results
    .flatMap(({ curves }) => curves)
    .flatMap(({ file, curves }) =>
      curves.flatMap(({ contestant, output, failures: [failure] }) =>
        failure
          ? [
              [
                file,
                `${contestant}, ${formatName(output)}, at quality ${failure}`,
              ],
            ]
          : [],
      ),
    );
}

function skippedOf(results: readonly BenchResult[]): string[][] {
  const reasons = Map.groupBy(
    results.flatMap(({ skipped }) => skipped),
    ({ format, reason }) => `${formatName(format)}: ${reason}`,
  );
  return [...reasons].map(([reason, group]) => [
    counted(new Set(group.map(({ file }) => file)).size, "file"),
    `skipped, ${reason}`,
  ]);
}

function absentPeers(results: readonly BenchResult[]): string[][] {
  const absent = new Map(
    results
      .flatMap(({ peers }) => peers)
      .flatMap(({ name, skipped }) =>
        skipped === null ? [] : [[name, skipped] as const],
      ),
  );
  return [...absent].map(([name, reason]) => [name, `took no part: ${reason}`]);
}

function provenance(result: BenchResult): Markup {
  const { mode, date, commit, machine, engines, options, seed } = result;
  const versions = Object.entries(engines).map(
    ([name, report]) => `${name} ${report?.version ?? "absent"}`,
  );
  const facts = [
    [
      "when",
      `${dayText(date)}, ${date.slice(11, 16)} UTC; took ${numberText(result.wallSeconds, 0)} s`,
    ],
    ["commit", commit ?? "none"],
    [
      "machine",
      `${machine.cpu}, ${counted(machine.cores, "core")}, ${machine.kernel}, Node ${machine.node}`,
    ],
    ["engines", versions.join("; ")],
    ["corpus", options.corpus ?? "core"],
    ["repeats, seed", `${options.repeat}, ${seed}`],
  ];
  return markup`<details><summary>${mode}: ${counted(result.cases.length, "case")}, ${dayText(date)}</summary><dl>${facts.map(
    ([name = "", value = ""]) => markup`<dt>${name}</dt><dd>${value}</dd>`,
  )}</dl></details>
`;
}
