// The lab's command line: which subcommand runs; each reads its own arguments.

import { UsageError } from "./usage-error.ts";

const USAGE = `Usage: npm run bench -- <command>

  run     --mode quick|timing|memory|quality|accuracy [--repeat N] [--seed N]
          [--fmt LIST] [--bucket LIST] [--tag LIST] [--preset LIST]
          [--corpus DIR] [--out FILE] [--settings]
  compare A B [--threshold-pct N] [--size-pct N] [--score-points N]
          [--accuracy-points N] [--force]
  report  FILE [--format markdown]
  report  FILE... --format html --out PAGE.html [--crops N]
  corpus  build|verify [--manifest core] [--out FOLDER]
  resize  compares ways to resize
  scale   --corpus DIR: what one quality looks like in each format
  fit     --corpus DIR [--fmt LIST]: the constants of forecasts

Lists are comma-separated. docs/benchmarks.md says what each mode measures.`;

type Command = (args: readonly string[]) => Promise<number>;

const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import("./run/command.ts")).runCommand,
  compare: async () => (await import("./compare/command.ts")).compareCommand,
  report: async () => (await import("./report/command.ts")).reportCommand,
  corpus: async () => (await import("./corpus/command.ts")).corpusCommand,
  resize: async () => (await import("./resize/command.ts")).resizeCommand,
  scale: async () => (await import("./scale/command.ts")).scaleCommand,
  fit: async () => (await import("./accuracy/command.ts")).fitCommand,
};

/** Runs the command that `args` name; the exit code, 2 when they make no sense. */
async function main([name = "", ...args]: readonly string[]): Promise<number> {
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined) {
    console.error(USAGE);
    return 2;
  }
  try {
    const command = await load();
    return await command(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return 2;
  }
}

process.exitCode = await main(process.argv.slice(2));
