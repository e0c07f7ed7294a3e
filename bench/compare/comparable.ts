// Whether two results may be held against each other at all, and if not, why.

import type { BenchResult } from "../run/result.ts";
import type { Sides } from "./finding.ts";

/** What differs between two results that is not the code, in words; nothing when they are comparable. */
export function differencesOf([before, after]: Sides): string[] {
  const facts = [factsOf(before), factsOf(after)] as const;
  const names = Object.keys(facts[0]).filter((name) => name in facts[1]);
  const differing = names.filter((name) => facts[0][name] !== facts[1][name]);
  return [
    ...differing.map(
      (name) => `${name}: ${facts[0][name]} and ${facts[1][name]}`,
    ),
    ...otherPictures([before, after]),
  ];
}

/**
 * What must be alike, by name. An engine that one side does not know took no
 * part in it, and is what its code decides; one that is not installed stands
 * as "absent". Kernels are left out: a machine gets new ones.
 */
function factsOf({ mode, machine, engines, load }: BenchResult) {
  const facts: Record<string, string> = {
    mode,
    CPU: machine.cpu,
    cores: `${machine.cores}`,
    // Totals differ by some pages from boot to boot.
    memory: `${Math.round(machine.memoryBytes / 1024 ** 3)} GiB`,
    Node: machine.node,
  };
  for (const [name, report] of Object.entries(engines)) {
    facts[name] = report?.version ?? "absent";
  }
  if (load !== undefined) {
    facts["clients"] = `${load.concurrency}`;
    facts["mix"] = JSON.stringify(load.mix);
  }
  return facts;
}

/** Files of one name that are not one file. */
function otherPictures([before, after]: Sides): string[] {
  const sizes = new Map(
    after.cases.map((item) => [item.file, item.inputBytes]),
  );
  const others = before.cases.filter(({ file, inputBytes }) => {
    return (sizes.get(file) ?? inputBytes) !== inputBytes;
  });
  const [first] = others;
  return first === undefined
    ? []
    : [`pictures: ${first.file} (and ${others.length - 1} more cases)`];
}
