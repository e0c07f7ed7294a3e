// Picks the result of a race that is sent: the smallest faithful one, within the cap that was asked for.

import type { CodecBack, OptimizeJob } from "../codecs/codec.ts";
import { metadataStrip } from "../codecs/metadata-strip.ts";
import type { Quality } from "../image/intent.ts";
import type { OptimizeFileJob } from "../pool/protocol.ts";
import type { VerbBench } from "./bench.ts";
import { floorBytes, gentler } from "./cap.ts";
import type { Declined, Runner } from "./race.ts";
import { whyUnfaithful } from "./verify.ts";

export interface Choice {
  readonly runner?: Runner;
  readonly declined: readonly Declined[];
}

/**
 * The smallest candidate that is faithful, smaller than the original and within
 * the cap; none when the original stands. `proven` has been found faithful before.
 */
export async function choose(
  job: OptimizeFileJob,
  work: OptimizeJob,
  made: readonly Runner[],
  back: CodecBack,
  bench: VerbBench,
  proven?: Runner,
): Promise<Choice> {
  const original = work.input.length;
  const floor = floorBytes(
    job.input.facts.bytes,
    job.intent.maxReductionPercent,
  );
  if (original < floor) bench.warn("cap-exceeded-by-stripping");
  const capped = await withinCap(work, made, floor, back, bench);
  // Stable: of equal sizes the earlier strategy, which loses less, comes first.
  const ranked = [...capped.runners, ...(proven ? [proven] : [])].toSorted(
    (a, b) => a.candidate.bytes.length - b.candidate.bytes.length,
  );
  const declined: Declined[] = [];
  let winner: Runner | undefined;
  for (const runner of ranked) {
    const { name } = runner.strategy;
    const { length } = runner.candidate.bytes;
    if (winner) declined.push({ strategy: name, reason: "larger" });
    else if (length >= original) {
      declined.push({ strategy: name, reason: "not-smaller" });
    } else {
      const fault =
        runner === proven
          ? undefined
          : await whyUnfaithful(runner, work, back, bench, job.maxPixels);
      if (fault === undefined) winner = runner;
      else declined.push({ strategy: name, reason: fault });
    }
  }
  declined.push(...capped.declined);
  return { ...(winner && { runner: winner }), declined };
}

/** Runners with those below the floor made gentler, or left out; stripping alone may go below. */
async function withinCap(
  work: OptimizeJob,
  made: readonly Runner[],
  floor: number,
  back: CodecBack,
  bench: VerbBench,
): Promise<{ runners: Runner[]; declined: Declined[] }> {
  const runners: Runner[] = [];
  const declined: Declined[] = [];
  const least = made.find(
    ({ strategy }) => strategy.name === metadataStrip.name,
  );
  if (least && least.candidate.bytes.length < floor) {
    bench.warn("cap-exceeded-by-stripping");
    const rest = made.filter((runner) => runner !== least);
    return {
      runners: [least],
      declined: rest.map(({ strategy: { name } }) => over(name)),
    };
  }
  for (const runner of made) {
    const { strategy, candidate } = runner;
    if (candidate.bytes.length >= floor) {
      runners.push(runner);
      continue;
    }
    const run = back.run[strategy.name];
    const softer =
      strategy.loses === "pixels" && run
        ? await gentler(work.intent.quality.value, floor, async (value) => {
            const result = await run(atQuality(work, value), bench);
            return typeof result === "string"
              ? undefined
              : { strategy, candidate: result };
          })
        : undefined;
    if (softer) runners.push(softer);
    else declined.push(over(strategy.name));
  }
  return { runners, declined };
}

function over(strategy: string): Declined {
  return { strategy, reason: "over-cap" };
}

function atQuality(work: OptimizeJob, value: number): OptimizeJob {
  const quality: Quality = { ...work.intent.quality, value };
  return { ...work, intent: { ...work.intent, quality } };
}
