// One run of the lab over given files, from the matrix to the result; reads no arguments and writes no result.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { runAccuracy } from "../accuracy/run-accuracy.ts";
import type { CorpusFile } from "../corpus/load.ts";
import { runCurves } from "../curves/run-curves.ts";
import { runRecipes } from "../curves/run-recipes.ts";
import { curveSources } from "../curves/sources.ts";
import { runLoad } from "../load/run-load.ts";
import { findPeer } from "../peers/find.ts";
import type { PeerReport } from "../peers/peer.ts";
import { PEERS } from "../peers/table.ts";
import { Judge } from "../score/judge.ts";
import { Laboratory } from "./laboratory.ts";
import { commit, machine } from "./machine.ts";
import { isAsked, isOfAskedKind, matrixOf } from "./matrix.ts";
import { LOAD_BUCKETS } from "./options.ts";
import type { Mode, RunOptions } from "./options.ts";
import type { BenchResult } from "./result.ts";
import { SCHEMA_VERSION } from "./result.ts";
import { runCases } from "./run-cases.ts";

/** Rejects only when the lab itself cannot work; what fails in a case stands in the result. */
export async function runBench(
  files: readonly CorpusFile[],
  options: RunOptions,
): Promise<BenchResult> {
  const began = new Date();
  const folder = await mkdtemp(join(tmpdir(), "darkroom-bench-"));
  const lab = new Laboratory();
  await lab.open();
  const judge = new Judge(lab.engines);
  try {
    const { cases, skipped } = WITHOUT_CASES.includes(options.mode)
      ? NO_CASES
      : matrixOf(files, options);
    const rooms = { lab, judge, folder };
    const { cases: made, reference } = await runCases(cases, options, rooms);
    const loaded = loadFiles(files, options);
    const isQuality = options.mode === "quality";
    const peers = isQuality ? await Promise.all(PEERS.map(findPeer)) : [];
    const present = PEERS.filter(({ name }) => isPresent(name, peers));
    const asked = files.filter((file) => isOfAskedKind(file, options));
    const sources = isQuality ? await curveSources(asked) : [];
    const curves = await runCurves(sources, present, options, rooms);
    const recipes = await runRecipes(cases, present, rooms);
    const told =
      options.mode === "accuracy"
        ? await runAccuracy(files, options)
        : undefined;
    const load = loaded && (await runLoad(loaded, options, rooms));
    return {
      schema: SCHEMA_VERSION,
      date: began.toISOString(),
      mode: options.mode,
      seed: options.seed,
      commit: commit(),
      options,
      machine: machine(),
      engines: lab.engines,
      wallSeconds: (Date.now() - began.getTime()) / 1000,
      cases: made,
      skipped: [...skipped, ...(told?.skipped ?? [])],
      peers,
      curves,
      recipes,
      reference,
      ...(load && { load }),
      ...(told && { accuracy: told.accuracy }),
      ...(told?.photos && { photos: told.photos }),
    };
  } finally {
    await Promise.all([lab.close(), judge.close()]);
    await rm(folder, { recursive: true, force: true });
  }
}

const WITHOUT_CASES: readonly Mode[] = ["load", "accuracy"];
const NO_CASES = { cases: [], skipped: [] };

/** The files that clients send: in pr mode the small ones alone, lest one animation be most of the load; none in modes without one. */
function loadFiles(
  files: readonly CorpusFile[],
  options: RunOptions,
): CorpusFile[] | undefined {
  if (options.mode !== "load" && options.mode !== "pr") return undefined;
  const buckets = options.mode === "pr" ? LOAD_BUCKETS : options.buckets;
  return files.filter((file) => isAsked(file, { ...options, buckets }));
}

function isPresent(name: string, reports: readonly PeerReport[]): boolean {
  return reports.some((report) => {
    return report.name === name && report.skipped === null;
  });
}
