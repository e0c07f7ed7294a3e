// Collects what strategies were foretold to make against what they made, file by file and setting by setting.

import { HEADER_MODEL } from "../../src/codecs/header-forecast.ts";
import type { Foretold, Made } from "./messages.ts";
import { pathOf } from "./make.ts";
import type { MadeFile } from "./made-files.ts";
import type { Prober } from "./prober.ts";
import type { PhotoSample } from "./residuals.ts";
import { intentOf, SETTINGS } from "./settings.ts";
import type { Setting } from "./settings.ts";
import type { Truth } from "./truth.ts";

/** One strategy on one file at one setting; `target` is ln(true / told). */
export interface Observation extends PhotoSample {
  readonly strategy: string;
  readonly file: string;
  readonly setting: Setting;
}

/** What cannot be learnt from: a forecast without a result, a result without a forecast, a failure. */
export interface Mismatch {
  readonly strategy: string;
  readonly file: string;
  readonly setting: Setting;
  readonly reason: string;
}

export interface Observed {
  readonly observations: readonly Observation[];
  readonly mismatches: readonly Mismatch[];
  /** CPU of all forecasts of a file at a setting, decoding included. */
  readonly cpuMs: readonly number[];
}

const NOTHING: Observed = { observations: [], mismatches: [], cpuMs: [] };

export async function observe(
  file: MadeFile,
  prober: Prober,
  truth: Truth,
): Promise<Observed> {
  const rows: Observed[] = [];
  for (const setting of SETTINGS) {
    rows.push(await observeAt(file, setting, prober, truth));
  }
  return together(rows);
}

export function together(all: readonly Observed[]): Observed {
  return {
    observations: all.flatMap(({ observations }) => observations),
    mismatches: all.flatMap(({ mismatches }) => mismatches),
    cpuMs: all.flatMap(({ cpuMs }) => cpuMs),
  };
}

async function observeAt(
  file: MadeFile,
  setting: Setting,
  prober: Prober,
  truth: Truth,
): Promise<Observed> {
  const path = pathOf(file);
  const intent = intentOf(setting);
  const foretold = await prober
    .foretell(path, intent)
    .catch((error: Error) => error.message);
  const about = { file: file.name, setting };
  if (typeof foretold === "string") {
    const mismatch = { ...about, strategy: "all", reason: foretold };
    return { ...NOTHING, mismatches: [mismatch] };
  }
  const { told, header, cpuMs }: Foretold = foretold;
  if (told.length === 0) return NOTHING;
  const photo = file.photo.sha256;
  const observations: Observation[] = [];
  const mismatches: Mismatch[] = [];
  let smallest = header.pixelBytes;
  for (const one of told) {
    const { strategy } = one;
    const made = await truth
      .of<Made>(path, [setting, strategy], () =>
        prober.make(path, intent, strategy),
      )
      .catch((error: Error): Made => ({ reason: `failed: ${error.message}` }));
    if ("bytes" in made) smallest = Math.min(smallest, made.bytes);
    if ("reason" in one || "reason" in made) {
      const reason = mismatchOf("reason" in one ? one.reason : undefined, made);
      if (reason !== undefined) mismatches.push({ ...about, strategy, reason });
      continue;
    }
    if (one.isWhole) {
      const bytes = Math.round(one.pixelBytes + one.besideBytes);
      const reason = `said to be ${bytes} bytes, of all of it: ${made.bytes}`;
      if (bytes !== made.bytes) {
        mismatches.push({ ...about, strategy, reason });
      }
      continue;
    }
    const target = Math.log((made.bytes - one.besideBytes) / one.pixelBytes);
    if (!Number.isFinite(target)) {
      const reason = `no ratio of ${made.bytes} − ${one.besideBytes} to ${one.pixelBytes}`;
      mismatches.push({ ...about, strategy, reason });
      continue;
    }
    const { features } = one;
    observations.push({ ...about, strategy, photo, features, target });
  }
  observations.push({
    ...about,
    strategy: HEADER_MODEL,
    photo,
    features: header.features,
    target: Math.log(smallest / header.pixelBytes),
  });
  return { observations, mismatches, cpuMs: [cpuMs] };
}

/** Nothing where both say that nothing is made. */
function mismatchOf(declined: string | undefined, made: Made) {
  if ("bytes" in made) {
    return `made (${made.bytes} bytes), but foretold not to be: ${declined}`;
  }
  if (declined !== undefined) return undefined;
  return `foretold, but not made: ${made.reason}`;
}
