// The door to the `vips` command: what prebuilt sharp leaves out, above all HEIC.

import { findCommand, runCommand } from "./command.ts";

const TOOL = "vips";

/**
 * One thread, and loaders that libvips marks unsafe switched off. Loaders are
 * always called by name: `vips copy` would fall through to ImageMagick on a
 * user's bytes.
 */
const VIPS_ENV = { VIPS_CONCURRENCY: "1", VIPS_BLOCK_UNTRUSTED: "1" };

/**
 * Decodes a HEIC file to libvips' own raw format: upright 8- or 16-bit pixels
 * and the ICC profile. 12 MP takes about 0.6 CPU-s, 115 MB. Throws
 * `optimization_failed` and `tool_timeout` as `runCommand` does.
 */
export async function vipsDecodeHeif(
  input: string,
  output: string,
  timeoutMs: number,
): Promise<void> {
  await runCommand(TOOL, ["heifload", input, output], {
    timeoutMs,
    env: VIPS_ENV,
    output,
  });
}

/** Loaders of interest, as `vips -l` names them. */
const LOADERS = ["heifload", "jxlload"] as const;

/** What the installed `vips` can read, asked of the program itself: builds differ. */
export async function probeVips(): Promise<
  { version: string; abilities: string[] } | undefined
> {
  if (findCommand(TOOL) === undefined) return undefined;
  const limits = { timeoutMs: 5000, env: VIPS_ENV };
  const [version, classes] = await Promise.all([
    runCommand(TOOL, ["--version"], limits),
    runCommand(TOOL, ["-l", "foreign"], limits),
  ]);
  return {
    version: version.stdout.trim().replace(/^vips-/, ""),
    abilities: LOADERS.filter((loader) =>
      classes.stdout.includes(`(${loader})`),
    ).map((loader) => `vips:${loader}`),
  };
}
