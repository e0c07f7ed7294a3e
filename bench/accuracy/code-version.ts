// Tells whether what a row makes may have changed: a hash of its folder, forecasts and tests aside.

import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import type { EngineReports } from "../../src/image/engine-report.ts";

const CODECS = join(import.meta.dirname, "../../src/codecs");

/** Rows that live in another's folder. */
const FOLDERS: Readonly<Record<string, string>> = { svgz: "svg" };

/**
 * A hash of the engines' versions and of the files of `src/codecs/<format>/`.
 * Code that rows share is not in it: after a change there, `--fresh` makes
 * everything again.
 */
export async function codeVersion(
  format: string,
  engines: EngineReports,
): Promise<string> {
  const folder = join(CODECS, FOLDERS[format] ?? format);
  const hash = createHash("sha256").update(versionsOf(engines));
  const names = await readdir(folder, { recursive: true });
  for (const name of names.toSorted()) {
    if (!name.endsWith(".ts") || !decidesSizes(name)) continue;
    hash.update(name).update(await readFile(join(folder, name)));
  }
  return hash.digest("hex").slice(0, 16);
}

function decidesSizes(name: string): boolean {
  return !/(^|\/)forecast[^/]*$|\.(test|fixture)\.ts$/.test(name);
}

export function versionsOf(engines: EngineReports): string {
  return Object.entries(engines)
    .map(([name, report]) => `${name} ${report?.version ?? "absent"}`)
    .toSorted()
    .join("; ");
}
