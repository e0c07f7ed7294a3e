// Runs every contestant of the asked formats over every source.

import { rm } from "node:fs/promises";
import { join } from "node:path";

import type { CorpusFile } from "../corpus/load.ts";
import type { Peer } from "../peers/peer.ts";
import type { Laboratory } from "../run/laboratory.ts";
import type { RunOptions } from "../run/options.ts";
import { progressBar } from "../run/progress.ts";
import type { Judge } from "../score/judge.ts";
import {
  ourContestants,
  peerContestants,
  settingContestants,
} from "./contestant.ts";
import type { Contestant } from "./contestant.ts";
import type { Curve, CurveSet } from "./curve.ts";
import { drawCurve } from "./draw.ts";

export interface CurveRooms {
  readonly lab: Laboratory;
  readonly judge: Judge;
  readonly folder: string;
}

export async function runCurves(
  sources: readonly CorpusFile[],
  peers: readonly Peer[],
  options: RunOptions,
  { lab, judge, folder }: CurveRooms,
): Promise<CurveSet[]> {
  const contestants = contestantsOf(peers, options, lab);
  const progress = progressBar("curves", sources.length * contestants.length);
  const neutral = join(folder, "neutral.png");
  const sets: CurveSet[] = [];
  for (const { name, path } of sources) {
    await judge.neutral(path, neutral);
    const curves: Curve[] = [];
    for (const contestant of contestants) {
      curves.push(await drawCurve(contestant, neutral, folder, judge));
      progress.step(`${name} ${contestant.name}`);
    }
    sets.push({ file: name, curves });
  }
  await rm(neutral, { force: true });
  progress.end();
  return sets;
}

function contestantsOf(
  peers: readonly Peer[],
  { formats, settings }: RunOptions,
  lab: Laboratory,
): Contestant[] {
  const all = [
    ...ourContestants(lab),
    ...peers
      .filter(({ kind }) => kind === "encoder")
      .flatMap((peer) => peerContestants(peer)),
    ...(settings ? settingContestants(lab) : []),
  ];
  return formats.length === 0
    ? all
    : all.filter(({ output }) => formats.includes(output));
}
