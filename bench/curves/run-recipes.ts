// Gives optimizing peers the files that ours were given, at each of their levels.

import { rm, stat } from "node:fs/promises";
import { join } from "node:path";

import type { Peer } from "../peers/peer.ts";
import { timedCommand } from "../peers/timed-command.ts";
import type { BenchCase } from "../run/matrix.ts";
import { progressBar } from "../run/progress.ts";
import { wordsOf } from "../run/serve.ts";
import type { CurvePoint, RecipeSet } from "./curve.ts";
import type { CurveRooms } from "./run-curves.ts";

type RecipeRooms = Omit<CurveRooms, "lab">;

export async function runRecipes(
  cases: readonly BenchCase[],
  peers: readonly Peer[],
  rooms: RecipeRooms,
): Promise<RecipeSet[]> {
  const pairs = cases.flatMap((item) =>
    peers
      .filter(({ kind, formats }) => {
        return kind === "optimizer" && formats.includes(item.file.format);
      })
      .map((peer) => ({ item, peer })),
  );
  const progress = progressBar("peers", pairs.length);
  const sets: RecipeSet[] = [];
  for (const { item, peer } of pairs) {
    sets.push(await recipeOf(item, peer, rooms));
    progress.step(`${item.file.name} ${peer.name}`);
  }
  progress.end();
  return sets;
}

async function recipeOf(
  { file, preset }: BenchCase,
  peer: Peer,
  { judge, folder }: RecipeRooms,
): Promise<RecipeSet> {
  const output = join(folder, `peer-${file.format}`);
  const points: CurvePoint[] = [];
  const failures: string[] = [];
  for (const level of peer.levels) {
    try {
      const { path: input, format } = file;
      const task = { input, output, format, level };
      const { cpuMs, wallMs } = await timedCommand(peer.command(task));
      const { size: bytes } = await stat(output);
      const score = await judge.score(input, output, null);
      if ("unavailable" in score) throw new Error(score.unavailable);
      points.push({ quality: level, bytes, score: score.mean, cpuMs, wallMs });
    } catch (error) {
      failures.push(`${level}: ${wordsOf(error)}`);
    }
    await rm(output, { force: true });
  }
  return { file: file.name, preset, peer: peer.name, points, failures };
}
