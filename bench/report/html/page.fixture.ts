// Results for the claims about the page: small, whole, and with a name that means harm.

import { readRunOptions } from "../../run/options.ts";
import type { BenchResult, CaseResult, Run } from "../../run/result.ts";

/** Breaks out of text, of attributes and of the reading direction wherever it is let. */
export const HOSTILE =
  "a\"'><script src=//evil.example/x.js></script><img src=http://evil.example onerror=alert(1)>&amp;]]>-->\u0000\u202Egnp.\ud800";

export function run(wallMs: number, ownPeakBytes = 120 * 1024 ** 2): Run {
  return {
    wallMs,
    cpuMs: { own: wallMs, tools: null },
    memory: {
      rssBeforeBytes: 80 * 1024 ** 2,
      ownPeakBytes,
      toolPeakBytes: null,
      heapPeakBytes: null,
    },
    parallelism: 1,
    tools: [],
    phases: {},
  };
}

/** A JPEG of 10,000 bytes that became `bytes`; null when it failed. */
export function made(
  file: string,
  preset: string,
  bytes: number | null,
  score: number | null,
  more: Partial<CaseResult> = {},
): CaseResult {
  return {
    file,
    format: "jpeg",
    bucket: "tiny",
    tags: [],
    preset,
    inputBytes: 10_000,
    runs: bytes === null ? [] : [run(100)],
    outcome:
      bytes === null
        ? null
        : {
            method: "mozjpeg",
            format: "jpeg",
            bytes,
            warnings: [],
            declined: [],
          },
    failures:
      bytes === null ? [{ code: "invalid_image", message: "cut off" }] : [],
    score:
      score === null
        ? null
        : { mean: score, min: score, frames: 1, framesInFile: 1 },
    ...more,
  };
}

export function result(
  mode: BenchResult["mode"],
  more: Partial<BenchResult> = {},
): BenchResult {
  return {
    schema: 1,
    date: "2026-01-02T03:04:05.000Z",
    mode,
    seed: 1,
    commit: "abc",
    options: readRunOptions(["--mode", mode]),
    machine: {
      cpu: "CPU",
      cores: 2,
      memoryBytes: 1,
      kernel: "Linux 6",
      node: "v24",
    },
    engines: { sharp: { version: "0.35", abilities: [] }, vips: null },
    wallSeconds: 12,
    cases: [],
    skipped: [],
    peers: [],
    curves: [],
    recipes: [],
    ...more,
  };
}
