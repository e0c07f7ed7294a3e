// The doors to libjxl's own tools: djxl decodes JPEG XL to plain pixels or back to a JPEG, cjxl encodes it.

import { findCommand, runCommand } from "./command.ts";

const DECODER = "djxl";
const ENCODER = "cjxl";

/**
 * Decodes the file at `input` to a PNM (several, numbered, for an animation) at
 * `output`, whose name must end in ".ppm", and writes the profile of its
 * pixels to `profile`. Upright, alpha not premultiplied, frames as shown. 3.9 MP
 * take 0.2 CPU-s, as by `vips jxlload`, which of an animation gives the last
 * frame and of floating point the wrong alpha (8.14). Throws
 * `optimization_failed` and `tool_timeout` as `runCommand` does.
 */
export async function djxl(
  input: string,
  output: string,
  options: {
    readonly bits: 8 | 16;
    /** Where the profile of the pixels is to be written. */
    readonly profile: string;
    /** And the one that the file names, which XYB coding need not decode to. */
    readonly original: string;
    readonly timeoutMs: number;
  },
): Promise<void> {
  await runCommand(
    DECODER,
    [
      ...["--quiet", "--num_threads=1"],
      `--bits_per_sample=${options.bits}`,
      `--icc_out=${options.profile}`,
      `--orig_icc_out=${options.original}`,
      input,
      output,
    ],
    // Of an animation, the pixels are in files with numbers in their names; the profile is always one.
    { timeoutMs: options.timeoutMs, output: options.profile },
  );
}

/** Makes the JPEG again that the file at `input` was transcoded from; false when it cannot be had to the byte. Throws as `djxl` does. */
export async function reconstructJpeg(
  input: string,
  output: string,
  timeoutMs: number,
): Promise<boolean> {
  const { stderr, stdout } = await runCommand(
    DECODER,
    ["--num_threads=1", input, output],
    { timeoutMs, output },
  );
  return `${stdout}${stderr}`.includes("Reconstructed to JPEG");
}

export interface CjxlOptions {
  /** Butteraugli's; 0 is lossless. */
  readonly distance: number;
  /** 1 (fastest) to 9. */
  readonly effort: number;
  /** What the samples are in, where the input does not say: libjxl's name of a color space, or the path of a profile. */
  readonly colorSpace?: string;
  readonly profile?: string;
  /** Bits that the samples really have, where the input has more. */
  readonly bitDepth?: number;
  readonly timeoutMs: number;
}

/** Encodes a PNG or PNM; bare where no box is needed, on one thread. Throws as `djxl` does. */
export async function cjxl(
  input: string,
  output: string,
  options: CjxlOptions,
): Promise<void> {
  const { colorSpace, profile, bitDepth } = options;
  await runCommand(
    ENCODER,
    [
      ...["--quiet", "--num_threads=0"],
      `--distance=${options.distance}`,
      `--effort=${options.effort}`,
      ...(colorSpace ? ["-x", `color_space=${colorSpace}`] : []),
      ...(profile ? ["-x", `icc_pathname=${profile}`] : []),
      ...(bitDepth ? [`--override_bitdepth=${bitDepth}`] : []),
      input,
      output,
    ],
    { timeoutMs: options.timeoutMs, output },
  );
}

/** Takes over a JPEG's own coefficients: 12 MP in 0.45 CPU-s, 15 % smaller, and the JPEG can be made again. Throws as `djxl` does. */
export async function transcodeJpeg(
  input: string,
  output: string,
  timeoutMs: number,
): Promise<void> {
  const args = ["--quiet", "--num_threads=0", "--lossless_jpeg=1"];
  await runCommand(ENCODER, [...args, input, output], { timeoutMs, output });
}

export async function probeJxl(): Promise<
  { version: string; abilities: string[] } | undefined
> {
  const abilities = [DECODER, ENCODER].filter(
    (tool) => findCommand(tool) !== undefined,
  );
  const [tool] = abilities;
  if (tool === undefined) return undefined;
  const { stdout } = await runCommand(tool, ["--version"], { timeoutMs: 5000 });
  return { version: /v([\d.]+)/.exec(stdout)?.[1] ?? "unknown", abilities };
}
