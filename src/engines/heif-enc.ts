// The door to heif-enc (libheif with x265): writes HEIC.

import { findCommand, runCommand } from "./command.ts";

const TOOL = "heif-enc";

export interface HeifEncOptions {
  /** libheif's quality, 1 to 100. */
  readonly quality: number;
  readonly preset: "ultrafast" | "medium";
  readonly depth: 8 | 10 | 12;
  readonly chroma: "420" | "422" | "444";
  readonly timeoutMs: number;
}

/**
 * Encodes a PNG by x265, with its profile. Throws `optimization_failed` and
 * `tool_timeout` as `runCommand` does. One thread: x265 would start as many as there are cores.
 */
export async function heifEnc(
  input: string,
  output: string,
  { quality, preset, depth, chroma, timeoutMs }: HeifEncOptions,
): Promise<void> {
  await runCommand(
    TOOL,
    [
      ...["-e", "x265", "-q", String(quality), "-b", String(depth)],
      ...["-p", `preset=${preset}`, "-p", `chroma=${chroma}`],
      ...["-p", "x265:pools=none", "-p", "x265:frame-threads=1"],
      ...["-o", output, input],
    ],
    { timeoutMs, output },
  );
}

/** What the installed heif-enc can do, asked of the program: libheif's plugins are packages of their own since Debian 13. */
export async function probeHeifEnc(): Promise<
  { version: string; abilities: string[] } | undefined
> {
  if (findCommand(TOOL) === undefined) return undefined;
  const limits = { timeoutMs: 5000 };
  const [help, encoders] = await Promise.all([
    runCommand(TOOL, ["--help"], limits),
    runCommand(TOOL, ["--list-encoders"], limits),
  ]);
  const words = help.stdout + help.stderr;
  return {
    version: /libheif version: ([\d.]+)/.exec(words)?.[1] ?? "unknown",
    abilities: /\bx265\b/.test(encoders.stdout + encoders.stderr)
      ? ["heif-enc:x265"]
      : [],
  };
}
