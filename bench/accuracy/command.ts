// `fit`: fits the constants of forecasts to what strategies really make of the training files, and writes them.

import { parseArgs } from "node:util";

import type { Codec } from "../../src/codecs/codec.ts";
import { ALL_CODECS } from "../../src/codecs/table.ts";
import { abilitiesOf } from "../../src/image/engine-report.ts";
import type { EngineReports } from "../../src/image/engine-report.ts";
import { progressBar } from "../run/progress.ts";
import { UsageError } from "../usage-error.ts";
import { codeVersion } from "./code-version.ts";
import { fitAll } from "./fit.ts";
import { fitText } from "./fit-text.ts";
import { MADE_FORMATS } from "./made-files.ts";
import { COMMAND, writeModel } from "./model-file.ts";
import { observe, together } from "./observe.ts";
import type { Observed } from "./observe.ts";
import { Prober } from "./prober.ts";
import { madeSet } from "./sets.ts";
import { Truth } from "./truth.ts";
import type { Reuse } from "./truth.ts";

const USAGE = `usage: npm run bench -- fit --corpus DIR
  --fmt LIST   formats; default: all that forecast, of ${MADE_FORMATS.join(",")}
  --kept       believes what strategies made before, whatever changed since
  --fresh      believes nothing that was made before
  --dry        writes no constants`;

interface Options {
  readonly corpus: string;
  readonly formats: readonly string[];
  readonly reuse: Reuse;
  readonly dry: boolean;
}

/** Throws a UsageError. Exit code 1 when there was nothing to fit. */
export async function fitCommand(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  const prober = new Prober();
  let fitted = 0;
  try {
    for (const format of options.formats) {
      if (await fitFormat(format, options, prober)) fitted++;
    }
  } finally {
    await prober.close();
  }
  return fitted > 0 ? 0 : 1;
}

async function fitFormat(
  format: string,
  { corpus, reuse, dry }: Options,
  prober: Prober,
): Promise<boolean> {
  const codec = ALL_CODECS.find(({ id }) => id === format)!;
  if (!(await codec.back()).forecast) {
    console.log(`## ${format}\n\nThe row forecasts nothing.\n`);
    return false;
  }
  const engines = await prober.engines();
  refuseAbsent(codec, engines);
  const { files } = await madeSet(corpus, "train", [format], engines);
  const code = await codeVersion(format, engines);
  const truth = await Truth.open(format, code, reuse);
  const progress = progressBar(format, files.length);
  const parts: Observed[] = [];
  try {
    for (const file of files) {
      parts.push(await observe(file, prober, truth));
      progress.step(file.name);
    }
  } finally {
    progress.end();
    await truth.save();
  }
  const observed = together(parts);
  const fits = fitAll(observed.observations);
  console.log(fitText(format, fits, observed));
  if (dry || fits.length === 0) return fits.length > 0;
  const trainedOn = [
    ...new Set(observed.observations.map(({ photo }) => photo)),
  ];
  const strategies = Object.fromEntries(
    fits.map(({ strategy, model }) => [strategy, model]),
  );
  const model = { command: COMMAND, trainedOn, strategies };
  console.log(`Written: ${await writeModel(format, model)}\n`);
  return true;
}

/** Throws a UsageError when a strategy lacks its engine: its constants would be lost. */
function refuseAbsent({ strategies }: Codec, reports: EngineReports): void {
  const engines = abilitiesOf(reports);
  for (const { name, needs } of strategies) {
    if (!needs || needs.anyOf.some((need) => engines.has(need))) continue;
    throw new UsageError(`${name} cannot be fitted: ${needs.install}.`);
  }
}

function readOptions(args: readonly string[]): Options {
  const { corpus, fmt, kept, fresh, dry } = parse(args);
  const formats = fmt === undefined ? MADE_FORMATS : fmt.split(",");
  const isSound = formats.every((format) => MADE_FORMATS.includes(format));
  if (corpus === undefined || !isSound || (kept && fresh)) {
    throw new UsageError(USAGE);
  }
  const reuse = kept ? "kept" : fresh ? "none" : "current";
  return { corpus, formats, reuse, dry };
}

function parse(args: readonly string[]) {
  const flag = { type: "boolean", default: false } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        corpus: { type: "string" },
        fmt: { type: "string" },
        kept: flag,
        fresh: flag,
        dry: flag,
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n${USAGE}`);
  }
}
