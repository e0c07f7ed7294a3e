// Sets estimates against what optimize makes: every subject at every setting; a file that either refuses is skipped with the reason.

import type { CorpusFile } from "../corpus/load.ts";
import { progressBar } from "../run/progress.ts";
import type { RunOptions } from "../run/options.ts";
import type {
  AccuracyDetail,
  AccuracyPhotos,
  AccuracyRow,
  SkippedCase,
} from "../run/result.ts";
import { codeVersion } from "./code-version.ts";
import type { Cost, Optimized } from "./messages.ts";
import { Prober } from "./prober.ts";
import { intentOf, SETTINGS } from "./settings.ts";
import type { Setting } from "./settings.ts";
import { subjectsOf } from "./subject.ts";
import type { Subject } from "./subject.ts";
import { trainedPhotos } from "./trained.ts";
import type { Trained } from "./trained.ts";
import { Truth } from "./truth.ts";

export type DetailedRow = AccuracyRow & AccuracyDetail;

export interface Accuracy {
  readonly accuracy: readonly DetailedRow[];
  readonly skipped: readonly SkippedCase[];
  readonly photos: AccuracyPhotos | undefined;
}

interface Rooms {
  readonly prober: Prober;
  readonly truth: Truth;
  readonly trained: Trained;
}

/** Rejects as `subjectsOf` does. */
export async function runAccuracy(
  files: readonly CorpusFile[],
  options: RunOptions,
): Promise<Accuracy> {
  const prober = new Prober();
  try {
    const engines = await prober.engines();
    const { subjects, photos } = await subjectsOf(files, options, engines);
    const trained = await trainedPhotos(options.corpus);
    const accuracy: DetailedRow[] = [];
    const skipped: SkippedCase[] = [];
    const progress = progressBar("accuracy", subjects.length);
    const byFormat = Map.groupBy(subjects, ({ format }) => format);
    for (const [format, ofFormat] of byFormat) {
      const code = await codeVersion(format, engines);
      const reuse = options.fresh ? "none" : "current";
      const truth = await Truth.open(format, code, reuse);
      const rooms = { prober, truth, trained };
      for (const subject of ofFormat) {
        const { name: file } = subject;
        try {
          accuracy.push(...(await rowsOf(subject, options, rooms)));
        } catch (error) {
          const reason = (error as Error).message;
          skipped.push({ file, format, reason });
        }
        progress.step(file);
      }
      await truth.save();
    }
    progress.end();
    return { accuracy, skipped, photos };
  } finally {
    await prober.close();
  }
}

async function rowsOf(
  subject: Subject,
  { presets }: RunOptions,
  rooms: Rooms,
): Promise<DetailedRow[]> {
  const rows: DetailedRow[] = [];
  const wanted: readonly Setting[] = SETTINGS.filter(
    (setting) => setting === "default" || presets.includes(setting),
  );
  for (const setting of wanted) rows.push(await rowOf(subject, setting, rooms));
  return rows;
}

async function rowOf(
  { name, path, format, set, photo }: Subject,
  setting: Setting,
  { prober, truth, trained }: Rooms,
): Promise<DetailedRow> {
  const intent = intentOf(setting);
  const { estimate, inputBytes, wallMs, cpuMs } = await prober.estimate(
    path,
    intent,
  );
  const made = await truth.of<Optimized>(path, [setting, "optimize"], () =>
    prober.optimize(path, intent),
  );
  const isExact = estimate.path === "exact";
  const decode = isExact
    ? null
    : await truth.of<Cost>(path, ["decode"], () => prober.decode(path));
  return {
    ...{ file: name, format, preset: setting, path: estimate.path },
    absoluteErrorPercent: 100 * Math.abs(estimate.bytes / made.bytes - 1),
    ...{ set, photo, inputBytes },
    isTrained: trained.get(format)?.has(photo) ?? false,
    ...{ estimatedBytes: estimate.bytes },
    ...{ low: estimate.low, high: estimate.high, actualBytes: made.bytes },
    ...{ estimatedMethod: estimate.method, actualMethod: made.method },
    ...{ ms: wallMs, cpuMs },
    decode: decode && shortCost(decode),
    optimize: shortCost(made),
  };
}

function shortCost({ wallMs, cpuMs }: Cost): { ms: number; cpuMs: number } {
  return { ms: wallMs, cpuMs };
}
