// A fixed piece of work that no change of ours can touch: what it costs tells how fast the machine was meanwhile.

import { deflateSync } from "node:zlib";

import type { ReferenceRun } from "./result.ts";

/** Bytes of which four bits are noise: deflate has to search, and finds a little, as image encoders do. */
const BYTES = 2 ** 19;
/** Of the linear congruential generator for 32 bits in Numerical Recipes, chapter 7. */
const FACTOR = 1_664_525;
const SUMMAND = 1_013_904_223;

let noise: Buffer | undefined;

/**
 * Deflates the same bytes, by the zlib that comes with Node: 15 ms of CPU at
 * 2.5 GHz, a twentieth of the cases' own. It is done beside each of them, since
 * it errs as they do: beside every fourth, on a machine where CPU for the same
 * work varied by 20 %, it was the larger part of what a comparison did not know.
 */
export function referenceWork(): ReferenceRun {
  noise ??= drawNoise();
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  deflateSync(noise, { level: 6 });
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { wallMs, cpuMs: (user + system) / 1000 };
}

function drawNoise(): Buffer {
  const bytes = Buffer.alloc(BYTES);
  let state = 1;
  for (let index = 0; index < BYTES; index++) {
    state = (Math.imul(state, FACTOR) + SUMMAND) >>> 0;
    bytes[index] = state >>> 28;
  }
  return bytes;
}
