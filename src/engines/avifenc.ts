// The door to avifenc (libavif): AVIF with chroma samplings that sharp cannot write, and by SVT-AV1.

import { findCommand, runCommand } from "./command.ts";

const TOOL = "avifenc";

export interface AvifencOptions {
  readonly codec: "aom" | "svt";
  /** AV1 quantizer, 0 (lossless) to 63. */
  readonly quantizer: number;
  /** 0 (slowest) to 10. */
  readonly speed: number;
  readonly depth: 8 | 10;
  readonly chroma: "420" | "422" | "444";
  /** Of SVT: whether it knows tune IQ (version 4 and later). */
  readonly tunesForImages?: boolean;
  readonly timeoutMs: number;
}

/**
 * Encodes a PNG at constant quality. Throws `optimization_failed`
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
      ...["-c", options.codec, "-s", String(options.speed), "-j", "1"],
      ...["-y", options.chroma, "-d", String(options.depth)],
      ...["--min", quantizer, "--max", quantizer],
      ...["--minalpha", quantizer, "--maxalpha", quantizer],
      ...["--cicp", "1/13/6", "--range", "full"],
      ...(options.codec === "aom"
        ? ["-a", "end-usage=q", "-a", `cq-level=${quantizer}`]
        : options.tunesForImages
          ? ["-a", "tune=3"]
          : []),
      ...["--ignore-exif", "--ignore-xmp", "--ignore-icc"],
      input,
      output,
    ],
    { timeoutMs: options.timeoutMs, output },
  );
}

/** SVT-AV1 release that brought tune IQ. */
const TUNE_IQ_SINCE = 4;

export async function probeAvifenc(): Promise<
  { version: string; abilities: string[] } | undefined
> {
  if (findCommand(TOOL) === undefined) return undefined;
  const { stdout } = await runCommand(TOOL, ["--version"], { timeoutMs: 5000 });
  const svt = /\bsvt \[enc\]:v?(\d+)/.exec(stdout)?.[1];
  return {
    version: /Version: ([\d.]+)/.exec(stdout)?.[1] ?? "unknown",
    abilities: [
      "avifenc",
      ...(svt ? ["avifenc:svt"] : []),
      ...(Number(svt) >= TUNE_IQ_SINCE ? ["avifenc:svt-iq"] : []),
    ],
  };
}
