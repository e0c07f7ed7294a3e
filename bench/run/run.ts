// One run of the lab over given files, from the matrix to the result; reads no arguments and writes no result.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { CorpusFile } from "../corpus/load.ts";
import { runCurves } from "../curves/run-curves.ts";
import { runRecipes } from "../curves/run-recipes.ts";
import { curveSources } from "../curves/sources.ts";
import { findPeer } from "../peers/find.ts";
import type { PeerReport } from "../peers/peer.ts";
import { PEERS } from "../peers/table.ts";
import { Judge } from "../score/judge.ts";
import { Laboratory } from "./laboratory.ts";
import { commit, machine } from "./machine.ts";
import { isOfAskedKind, matrixOf } from "./matrix.ts";
import type { RunOptions } from "./options.ts";
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
    const { cases, skipped } = matrixOf(files, options);
    const rooms = { lab, judge, folder };
    const made = await runCases(cases, options, rooms);
    const isQuality = options.mode === "quality";
    const peers = isQuality ? await Promise.all(PEERS.map(findPeer)) : [];
    const present = PEERS.filter(({ name }) => isPresent(name, peers));
    const asked = files.filter((file) => isOfAskedKind(file, options));
    const sources = isQuality ? await curveSources(asked) : [];
    const curves = await runCurves(sources, present, options, rooms);
    const recipes = await runRecipes(cases, present, rooms);
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
      skipped,
      peers,
      curves,
      recipes,
    };
  } finally {
    await Promise.all([lab.close(), judge.close()]);
    await rm(folder, { recursive: true, force: true });
  }
}

function isPresent(name: string, reports: readonly PeerReport[]): boolean {
  return reports.some((report) => {
    return report.name === name && report.skipped === null;
  });
}
