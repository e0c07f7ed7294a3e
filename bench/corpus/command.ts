// The command `bench corpus build|verify`: decides what is asked and what is printed, not how it is done.

import { parseArgs } from "node:util";

import { progressTold } from "../run/progress.ts";
import { build } from "./build.ts";
import { CACHE } from "./load.ts";
import { CORE } from "./manifest.ts";
import { verify } from "./verify.ts";

const USAGE = "usage: bench corpus build|verify --manifest core [--out FOLDER]";
const MIB = 1024 * 1024;

/** Runs the command; gives the exit code: 0, 1 where there are problems, 2 where the arguments are none we know. */
export async function corpusCommand(args: readonly string[]): Promise<number> {
  const asked = readArgs(args);
  if (asked === null) {
    console.error(USAGE);
    return 2;
  }
  const started = performance.now();
  const { summary, problems } = await (asked.verb === "build"
    ? runBuild(asked.folder)
    : runVerify(asked.folder));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  for (const problem of problems) console.error(problem);
  console.log(`${summary}, ${problems.length} problems, ${seconds} s`);
  return problems.length === 0 ? 0 : 1;
}

function readArgs(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        manifest: { type: "string", default: "core" },
        out: { type: "string", default: CACHE },
      },
    });
    const [verb, ...rest] = positionals;
    const isKnown = verb === "build" || verb === "verify";
    if (!isKnown || rest.length > 0 || values.manifest !== "core") return null;
    return { verb, folder: values.out };
  } catch {
    return null;
  }
}

async function runBuild(folder: string) {
  const { built, kept, bytes, problems } = await build(
    CORE,
    folder,
    progressTold("build"),
  );
  const size = (bytes / MIB).toFixed(1);
  return {
    summary: `${built} files built, ${kept} kept, ${size} MiB`,
    problems,
  };
}

async function runVerify(folder: string) {
  const problems = await verify(CORE, folder, progressTold("verify"));
  return { summary: `${CORE.length} pictures verified`, problems };
}
