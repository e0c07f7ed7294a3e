// Writes a row's fitted constants: the same constants are the same bytes, whoever fitted them.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { readModel } from "../../src/codecs/forecast-model.ts";
import type { ForecastModel } from "../../src/codecs/forecast-model.ts";

const CODECS = join(import.meta.dirname, "../../src/codecs");
/** More would differ between processors; a shift of 1e-5 is 0.001 %. */
const DIGITS = 5;

/** As `npm run bench` is called where the corpus lies beside the repository. */
export const COMMAND = "npm run bench -- fit --corpus ../shared/corpus";

export async function writeModel(
  format: string,
  model: ForecastModel,
): Promise<string> {
  const path = join(CODECS, format, "forecast.json");
  const text = modelText(model);
  readModel(JSON.parse(text), path);
  await writeFile(path, text);
  return path;
}

/** JSON with its keys in order, and five digits of each number. */
export function modelText({
  command,
  trainedOn,
  strategies,
}: ForecastModel): string {
  const ordered = { command, strategies, trainedOn: trainedOn.toSorted() };
  return `${JSON.stringify(tidied(ordered), null, 2)}\n`;
}

function tidied(value: unknown): unknown {
  if (typeof value === "number") return Number(value.toPrecision(DIGITS));
  if (Array.isArray(value)) return value.map(tidied);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, tidied(inner)] as const);
  return Object.fromEntries(entries);
}
