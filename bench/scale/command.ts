// `scale`: prints what our one quality scale gives in each format; the points of the plans are fitted to it by hand.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { setSearchPath } from "../../src/engines/command.ts";
import { probeEngines } from "../../src/engines/probe.ts";
import { setUpSharp } from "../../src/engines/sharp.ts";
import { loadFolder } from "../corpus/load.ts";
import { curveSources } from "../curves/sources.ts";
import { progressBar } from "../run/progress.ts";
import { Judge } from "../score/judge.ts";
import { UsageError } from "../usage-error.ts";
import { ENCODERS } from "./encoders.ts";
import { measurePicture } from "./measure.ts";
import type { ScalePoint, ScaleTask } from "./measure.ts";
import { scaleTables } from "./table.ts";

const USAGE = `usage: npm run bench -- scale --corpus DIR   (lossless photos, named rd-*)
  --fmt LIST      formats; default: ${Object.keys(ENCODERS).join(",")}
  --q LIST        qualities; default: 40,60,75,80,90
  --chroma 444    sources with full chroma; default: 420
  --encoder       qualities are the encoders' own numbers, as fitting needs
  --out FILE      every point, as JSON`;

/** The looks of the presets and the default, and one above them. */
const LOOKS = "40,60,75,80,90";

/** Prints the tables; throws UsageError, and what an engine throws. */
export async function scaleCommand(args: readonly string[]): Promise<number> {
  const { corpus, out, ...asked } = readOptions(args);
  const sources = await curveSources(await loadFolder(corpus));
  if (sources.length === 0) throw new UsageError(`no photos in ${corpus}`);
  setSearchPath(process.env["PATH"] ?? "");
  setUpSharp(1);
  const judge = new Judge(await probeEngines());
  const folder = await mkdtemp(join(tmpdir(), "darkroom-scale-"));
  const progress = progressBar("scale", sources.length);
  const points: ScalePoint[] = [];
  try {
    for (const source of sources) {
      const task = { ...asked, folder };
      points.push(...(await measurePicture(source, task, judge)));
      // Written as it grows: a run that is ended early is not lost.
      if (out !== undefined) await writeFile(out, JSON.stringify(points));
      progress.step(source.name);
    }
  } finally {
    progress.end();
    await judge.close();
    await rm(folder, { recursive: true, force: true });
  }
  console.log(scaleTables(points, asked.formats, asked.qualities));
  return 0;
}

type Options = Omit<ScaleTask, "folder"> & {
  readonly corpus: string;
  readonly out: string | undefined;
};

function readOptions(args: readonly string[]): Options {
  const { values } = parse(args);
  const formats = values.fmt.split(",");
  const qualities = values.q.split(",").map(Number);
  const isSound =
    formats.every((format) => Object.hasOwn(ENCODERS, format)) &&
    qualities.every((quality) => quality >= 1 && quality <= 100) &&
    (values.chroma === "420" || values.chroma === "444");
  if (values.corpus === undefined || !isSound) throw new UsageError(USAGE);
  return {
    formats,
    qualities,
    scale: values.encoder ? "encoder" : "look",
    chroma: values.chroma === "444" ? "444" : "420",
    corpus: values.corpus,
    out: values.out,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        corpus: { type: "string" },
        fmt: { type: "string", default: Object.keys(ENCODERS).join(",") },
        q: { type: "string", default: LOOKS },
        chroma: { type: "string", default: "420" },
        encoder: { type: "boolean", default: false },
        out: { type: "string" },
      },
    });
  } catch {
    throw new UsageError(USAGE);
  }
}
