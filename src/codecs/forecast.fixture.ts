// What tests of forecasts share: a picture that is unlike in its parts, and what was told of it set against what was made.

import assert from "node:assert/strict";

import type { Candidate, Forecast, WorkBench } from "./codec.ts";
import { randomBits } from "./noise.fixture.ts";
import {
  foretellStrategy,
  optimizing,
  runStrategy,
  type Row,
} from "./strategy.fixture.ts";

/** Slopes, waves and grain, in RGB: busy below, quiet above. */
export function scene(width: number, height: number): Uint8Array {
  const data = new Uint8Array(width * height * 3);
  const bits = randomBits();
  for (let at = 0; at < data.length; at++) {
    const x = Math.floor(at / 3) % width;
    const y = Math.floor(at / 3 / width);
    const grain = ((bits() & 31) * y) / height;
    const wave = (Math.floor(x / 9) + Math.floor(y / 13)) % 7;
    data[at] = 40 + (90 * x) / width + (70 * y) / height + 3 * wave + grain;
  }
  return data;
}

export interface Comparison {
  readonly told: Forecast;
  readonly made: Candidate;
  /** Bytes told, before anything is fitted. */
  readonly bytes: number;
  /** Those over the bytes made. */
  readonly ratio: number;
}

/** Sets a forecast against its strategy; fails where either declines. */
export const comparing =
  (row: Row, bench: WorkBench) =>
  async (
    strategy: string,
    file: Uint8Array,
    look: number,
    budgetMs?: number,
  ): Promise<Comparison> => {
    const asked = [row, strategy, file, optimizing(look), bench] as const;
    const told = await foretellStrategy(...asked, budgetMs);
    const made = await runStrategy(...asked);
    if (typeof told === "string" || typeof made === "string") {
      return assert.fail(`told ${JSON.stringify(told)}, made ${typeof made}`);
    }
    const bytes = told.pixelBytes + told.besideBytes;
    return { told, made, bytes, ratio: bytes / made.bytes.length };
  };

export function near(ratio: number, share: number): void {
  assert.ok(Math.abs(ratio - 1) < share, `${ratio} of what it came to`);
}
