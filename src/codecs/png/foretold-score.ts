// Foretells what a picture would score in a palette of libimagequant's, in a tenth of the time of trying: its colors from few pixels, drawn without dithering.

import { spread } from "../palette/choose.ts";
import { ENTRY, withoutOpaqueAlpha, type Palette } from "../palette/picture.ts";
import { doubtOf, type Likely } from "../palette/foretell.ts";
import { scoredIn } from "../palette/reduce.ts";
import { squaresOf } from "../sample/squares.ts";
import type { Coded } from "./assemble.ts";
import { surpluses } from "./ladder.ts";
import { samplesOf, type Picture } from "./palette.ts";
import type { PaletteSettings } from "./plan.ts";
import { paletteCoded } from "./quantize.ts";
import { RGBA } from "./rgba.ts";

/**
 * Pixels, evenly spread, that the colors are taken from: 20,000 take 20 CPU-ms more and tell
 * no better; of 12,000 the score is off by up to 11 points.
 */
const COLOR_PIXELS = 14_000;

/** Pixels that are drawn and scored: all, or squares so large that banding shows in them. */
const DRAWN = { pixels: 400_000, edge: 192 };

/**
 * Points by which what is drawn so scores less than libimagequant's own, and what each point below
 * 80 adds: 24 photos and drawings of 0.3 to 2 MP at scores of 22 to 97, within 3 for
 * nine in ten. Squares in a palette of their own were told 3 to 20 points too high.
 */
const LOSS = { least: 2.2, below: 80, each: 0.11 };

/** Alpha needs its errors passed on: without, scores were told up to 24 points too low; by half, within 4 above 50 (three pictures). */
const HALF = 0.5;

/** By how much less where squares stand for the whole (five photos of 1.4 MP, ± 3). */
const SQUARES_GAIN = 2;

/**
 * Points by which the finest settings may be foretold to miss their score and are yet
 * expected: where they do miss it the file is many times larger, which is the smaller mistake.
 */
const NEAR = 8;

/** The coarsest of the settings, which stand in that order, that is expected to reach its score with the whole picture; undefined when none is. The first is tried, and tells of the others: trying the one that it tells of as well gained nothing (216 estimates). */
export async function coarsestReaching(
  picture: Picture,
  settings: readonly PaletteSettings[],
): Promise<Likely<PaletteSettings> | undefined> {
  if (settings.length === 0) return undefined;
  const foretell = foretellScores(picture);
  const finest = settings.length - 1;
  /** The first that reaches its score, by what the one at `index` does. */
  const likeliest = async (index: number) => {
    const tried = settings[index]!;
    const expected = surpluses(settings, tried, await foretell(tried));
    const found = expected.findIndex(
      (points, at) => points >= (at === finest ? -NEAR : 0),
    );
    const setting = settings[found];
    // Whether it reaches, and whether the one before it does not.
    const around = expected.slice(Math.max(0, found - 1), found + 1);
    return setting && { setting, doubt: doubtOf(around) };
  };
  return (await likeliest(0)) ?? likeliest(finest);
}

type ForetellScore = (
  setting: Pick<PaletteSettings, "quality" | "speed">,
) => Promise<number>;

/** Of the whole picture, by SSIMULACRA2. */
function foretellScores(picture: Picture): ForetellScore {
  const whole = samplesOf(picture);
  const few = spread(whole, COLOR_PIXELS);
  const colors = { width: few.width, height: few.height, pixels: few.data };
  const squares = squaresOf(whole, DRAWN);
  const part = withoutOpaqueAlpha(squares.picture);
  const gain = squares.scale > 1 ? SQUARES_GAIN : 0;
  const hasAlpha = part.channels === RGBA;
  return async ({ quality, speed }) => {
    const palette = entriesOf(await paletteCoded(colors, { quality, speed }));
    const { score } = scoredIn(part, palette, hasAlpha ? HALF : 0);
    return score + (hasAlpha ? 0 : lossOf(score)) - gain;
  };
}

function lossOf(score: number): number {
  return LOSS.least + LOSS.each * Math.max(0, LOSS.below - score);
}

function entriesOf({ palette, transparency }: Coded): Palette {
  const colors = palette ?? new Uint8Array(0);
  const entries = new Uint8Array((colors.length / 3) * ENTRY).fill(255);
  for (let from = 0, to = 0; from < colors.length; from += 3, to += ENTRY)
    entries.set(colors.subarray(from, from + 3), to);
  transparency?.forEach((alpha, index) => {
    entries[index * ENTRY + 3] = alpha;
  });
  return entries;
}
