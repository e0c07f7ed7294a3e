// The door to gifsicle: recodes the frames of a GIF, exactly or with loss.

import { findCommand, runCommand } from "./command.ts";

const TOOL = "gifsicle";

export interface GifsicleOptions {
  /** `--lossy`'s number: 0 is exact, 200 is rough. */
  readonly lossiness: number;
  /** Whether a file with damage is refused; otherwise what is missing is filled in. */
  readonly strict: boolean;
  readonly timeoutMs: number;
}

/**
 * Writes the GIF at `input` to `output` by its slowest search (-O3): the same
 * frames, delays and loops, and no extension but those. `keep-empty` because it
 * would otherwise leave out frames that change nothing. One thread: without
 * `-j` it starts no other. Throws `optimization_failed` and `tool_timeout` as
 * `runCommand` does.
 */
export async function gifsicle(
  input: string,
  output: string,
  { lossiness, strict, timeoutMs }: GifsicleOptions,
): Promise<void> {
  await runCommand(
    TOOL,
    [
      ...["--no-warnings", "-O3", "-Okeep-empty"],
      ...["--no-comments", "--no-names", "--no-extensions"],
      ...(strict ? ["--no-ignore-errors"] : []),
      ...(lossiness > 0 ? [`--lossy=${lossiness}`] : []),
      ...["-o", output, input],
    ],
    { timeoutMs, output },
  );
}

export async function probeGifsicle(): Promise<
  { version: string; abilities: string[] } | undefined
> {
  if (findCommand(TOOL) === undefined) return undefined;
  const { stdout } = await runCommand(TOOL, ["--version"], { timeoutMs: 5000 });
  return {
    version: /Gifsicle ([\d.]+)/.exec(stdout)?.[1] ?? "unknown",
    abilities: ["gifsicle"],
  };
}
