// Scores a sample as it was against what a strategy made of it: what a forecast's score is told by.

import { writeFile } from "node:fs/promises";

import type { RawPixels } from "../codecs/codec.ts";
import { readerOfBytes } from "../codecs/containers/reader.ts";
import { sniff } from "../codecs/sniff.ts";
import type { VerbBench } from "./bench.ts";
import { pixelsOf, scoreBetween } from "./compare.ts";

/** The SSIMULACRA2 score of `after`, a file, against `before`: the mean over its frames, which stand in `before` each below the last. */
export async function scoreOf(
  before: RawPixels,
  after: Uint8Array,
  bench: VerbBench,
): Promise<number> {
  const codec = await sniff(readerOfBytes(after));
  const back = await codec.back();
  const path = bench.scratch(`sample.${codec.extension}`);
  await writeFile(path, after);
  const facts = await codec.header(readerOfBytes(after));
  const coded = await pixelsOf(path, facts, {
    back,
    bench,
    maxPixels: before.width * before.height,
  });
  return scoreBetween(withAlpha(before), coded, facts.frames);
}

/** The same pixels in RGBA. */
function withAlpha({ data, width, height, channels }: RawPixels): RawPixels & {
  readonly channels: 4;
} {
  const isDeep = data instanceof Uint16Array;
  const count = width * height;
  const full = isDeep ? 65_535 : 255;
  const rgba = isDeep ? new Uint16Array(count * 4) : new Uint8Array(count * 4);
  const isGray = channels < 3;
  for (let pixel = 0; pixel < count; pixel++) {
    const from = pixel * channels;
    const to = pixel * 4;
    rgba[to] = data[from]!;
    rgba[to + 1] = data[isGray ? from : from + 1]!;
    rgba[to + 2] = data[isGray ? from : from + 2]!;
    rgba[to + 3] = channels % 2 === 0 ? data[from + channels - 1]! : full;
  }
  return { data: rgba, width, height, channels: 4 };
}
