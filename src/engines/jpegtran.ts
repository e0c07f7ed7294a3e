// The door to jpegtran (libjpeg-turbo): rewrites a JPEG's entropy coding without touching a coefficient.

import { findCommand, runCommand } from "./command.ts";

const TOOL = "jpegtran";

/**
 * Writes `input` to `output` with optimised Huffman tables and progressive
 * scans or none. Bit-exact pixels; whatever follows the image is left behind.
 * Throws `optimization_failed` and `tool_timeout` as `runCommand` does.
 */
export async function jpegtran(
  input: string,
  output: string,
  options: {
    readonly progressive: boolean;
    /** Markers to carry over: those the picture needs, or every one. */
    readonly copy: "none" | "all";
    readonly timeoutMs: number;
  },
): Promise<void> {
  await runCommand(
    TOOL,
    [
      "-copy",
      options.copy,
      "-optimize",
      ...(options.progressive ? ["-progressive"] : []),
      "-outfile",
      output,
      input,
    ],
    { timeoutMs: options.timeoutMs, output },
  );
}

export async function probeJpegtran(): Promise<
  { version: string; abilities: string[] } | undefined
> {
  if (findCommand(TOOL) === undefined) return undefined;
  const { stderr } = await runCommand(TOOL, ["-version"], { timeoutMs: 5000 });
  return {
    version: /version ([\d.]+)/.exec(stderr)?.[1] ?? "unknown",
    abilities: ["jpegtran"],
  };
}
