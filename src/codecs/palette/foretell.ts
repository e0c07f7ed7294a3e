// Foretells how a large picture would be drawn in its palette, from squares of it.

import { squaresOf } from "../sample/squares.ts";
import { choosePalette } from "./choose.ts";
import { withoutOpaqueAlpha, type Palette, type Picture } from "./picture.ts";
import { scoredIn, type DitherSettings } from "./reduce.ts";

/** Pixels that are drawn and scored: a quarter of the picture within these bounds, in squares so large that banding shows in them. */
const DRAWN = { share: 0.25, least: 200_000, most: 400_000, edge: 192 };

/**
 * Points by which these squares score more than the whole: medians of 28 pictures of
 * 0.5 to 5 MP by 0.4 MP of each, of which 25 lie within 3; a quarter of 1 MP tells as
 * well. Bands of 16 rows scored 5 more, up to 24.
 */
const GAIN = { undithered: 1.5, dithered: 1 };

/** Half as many as the palette itself is made from score within a point of it in six photos of seven, for 40 CPU-ms less. */
const COLOR_PIXELS = 60_000;

/** A palette for a picture that is to be foretold. */
export function likelyPalette(picture: Picture): Promise<Palette> {
  return choosePalette(picture, COLOR_PIXELS);
}

/** A setting that is expected to be taken, and how close that was. */
export interface Likely<Setting> {
  readonly setting: Setting;
  /** 1 where a score lies on what it must reach, down to 0 where `DOUBT` points are between. */
  readonly doubt: number;
}

/** Points by which a foretold score is hardly ever off. */
const DOUBT = 4;

/** How doubtful it is which of some settings reach their scores, by the points they are expected to pass them by. */
export function doubtOf(surpluses: readonly number[]): number {
  const nearest = Math.min(...surpluses.map(Math.abs));
  return Math.max(0, 1 - nearest / DOUBT);
}

/** The first of `settings` that the whole picture is expected to reach its score with; undefined where none is. */
export function likelySetting(
  picture: Picture,
  palette: Palette,
  settings: readonly DitherSettings[],
): Likely<DitherSettings> | undefined {
  const { picture: squares, scale } = squaresOf(picture, {
    edge: DRAWN.edge,
    pixels: pixelsFor(picture),
  });
  const part = withoutOpaqueAlpha(squares);
  const isWhole = scale === 1;
  const surpluses: number[] = [];
  for (const setting of settings) {
    const { strength, minScore } = setting;
    const { score } = scoredIn(part, palette, strength);
    const gain = isWhole ? 0 : GAIN[strength > 0 ? "dithered" : "undithered"];
    surpluses.push(score - gain - minScore);
    if (surpluses.at(-1)! >= 0) return { setting, doubt: doubtOf(surpluses) };
  }
  return undefined;
}

function pixelsFor({ width, height }: Picture): number {
  const wanted = width * height * DRAWN.share;
  return Math.min(Math.max(wanted, DRAWN.least), DRAWN.most);
}
