// Makes a file smaller without changing what it is: picks the smallest faithful candidate, or keeps the original.

import { writeFile } from "node:fs/promises";

import { readBytes } from "../codecs/containers/reader.ts";
import type { CodecBack, OptimizeJob } from "../codecs/codec.ts";
import { metadataStrip } from "../codecs/metadata-strip.ts";
import { CODECS } from "../codecs/table.ts";
import { ServiceError } from "../errors.ts";
import type { OptimizeFileJob, Outcome } from "../pool/protocol.ts";
import { benchOf } from "./bench.ts";
import type { VerbBench } from "./bench.ts";
import { contest, toleranceFor } from "./contest.ts";

/** What a packed file that had to be cleaned may grow by when it is packed again (the contract's one exception). */
const REPACK_BYTES = 64;

/** Runs an optimize job. Throws `invalid_image`, `optimization_failed`, `tool_timeout`. */
export async function optimize(job: OptimizeFileJob): Promise<Outcome> {
  const start = performance.now();
  const { facts, path } = job.input;
  const codec = CODECS[facts.format];
  const back: CodecBack = await codec.back();
  const bench = benchOf(job);
  if (facts.profile.kind === "broken") bench.warn("profile-ignored");
  const received = await readBytes(path);
  const input = back.sanitize?.(received, bench) ?? received;
  const inputPath =
    input === received ? path : bench.scratch(`clean.${codec.extension}`);
  if (input !== received) await writeFile(inputPath, input);
  const asked: OptimizeJob = {
    input,
    inputPath,
    facts,
    intent: job.intent,
    tolerance: "warning",
  };
  const { runner, declined, work, failures } = await contest(
    job,
    asked,
    back,
    bench,
  );
  if (!runner) {
    refuseLeak(work, failures);
    await proveOriginal(job, failures, back, bench);
  }
  const bytes = runner?.candidate.bytes ?? input;
  if (bytes.length > received.length + REPACK_BYTES) throw grown();
  for (const token of runner?.candidate.warnings ?? []) bench.warn(token);

  const outputPath = runner
    ? bench.scratch(`result.${codec.extension}`)
    : inputPath;
  if (runner) await writeFile(outputPath, runner.candidate.bytes);
  return {
    format: codec.id,
    path: outputPath,
    width: facts.width,
    height: facts.height,
    method: runner?.candidate.method ?? "none",
    warnings: [...bench.warnings],
    declined: [...declined],
    spans: { encode: performance.now() - start },
  };
}

/**
 * The original may stand only when it decodes: strategies that had nothing to
 * do, or read more leniently than others, do not tell. Drawings are text, and
 * what is refused or shown in many frames is not ours to draw.
 */
async function proveOriginal(
  job: OptimizeFileJob,
  failures: readonly unknown[],
  back: CodecBack,
  bench: VerbBench,
): Promise<void> {
  const { facts } = job.input;
  const isJudged = failures.length > 0;
  if (isJudged || facts.frames > 1 || CODECS[facts.format].vector) return;
  try {
    await toleranceFor(job, back, bench, undefined);
  } catch (error) {
    const isUnread =
      error instanceof ServiceError && error.code === "unsupported_format";
    if (!isUnread) throw error;
  }
}

function grown(): ServiceError {
  return new ServiceError(
    "optimization_failed",
    "The image can only be made safe by making it larger.",
    { tool: "sanitizer" },
  );
}

/**
 * The original may stand only when nothing that had to go is in it: with
 * stripping asked and failed, sending it back would leak what it carries.
 */
function refuseLeak(
  { intent, facts }: OptimizeJob,
  failures: readonly unknown[],
): void {
  const stripFailed = intent.stripMetadata && failures.length > 0;
  if (!stripFailed || facts.metadata.length === 0) return;
  throw new ServiceError(
    "optimization_failed",
    "The image's metadata could not be removed.",
    { tool: metadataStrip.name },
    { cause: failures[0] },
  );
}
