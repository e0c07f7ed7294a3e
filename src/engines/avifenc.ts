// The door to avifenc (libavif): AVIF with chroma samplings that sharp cannot write.

import { findCommand, runCommand } from "./command.ts";

const TOOL = "avifenc";

export interface AvifencOptions {
  /** AV1 quantizer, 0 (lossless) to 63. */
  readonly quantizer: number;
  /** 0 (slowest) to 10. */
  readonly speed: number;
  readonly depth: 8 | 10;
  readonly chroma: "420" | "422" | "444";
  readonly timeoutMs: number;
}

/**
 * Encodes a PNG by libaom at constant quality. Throws `optimization_failed`
 * and `tool_timeout` as `runCommand` does. Quantizers, not `-q`: Debian 12's
 * 0.11 knows only those.
 */
export async function avifenc(
  input: string,
  output: string,
  options: AvifencOptions,
): Promise<void> {
  const quantizer = String(options.quantizer);
  await runCommand(
    TOOL,
    [
      ...["-c", "aom", "-s", String(options.speed), "-j", "1"],
      ...["-y", options.chroma, "-d", String(options.depth)],
      ...["--min", quantizer, "--max", quantizer],
      ...["--minalpha", quantizer, "--maxalpha", quantizer],
      ...["--cicp", "1/13/6", "--range", "full"],
      ...["-a", "end-usage=q", "-a", `cq-level=${quantizer}`],
      ...["--ignore-exif", "--ignore-xmp", "--ignore-icc"],
      input,
      output,
    ],
    { timeoutMs: options.timeoutMs },
  );
}

export async function probeAvifenc(): Promise<
  { version: string; abilities: string[] } | undefined
> {
  if (findCommand(TOOL) === undefined) return undefined;
  const { stdout } = await runCommand(TOOL, ["--version"], { timeoutMs: 5000 });
  return {
    version: /Version: ([\d.]+)/.exec(stdout)?.[1] ?? "unknown",
    abilities: ["avifenc"],
  };
}
