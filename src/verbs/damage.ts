// Judges a file whose decoder complained: bearable, with a warning, or not an image any more.

import type { Tolerance } from "../codecs/codec.ts";
import { ServiceError } from "../errors.ts";
import { undecodable } from "./undecodable.ts";
import { Canvas } from "../pipeline/canvas.ts";
import type { Picture } from "../pipeline/step.ts";

/** Share of the rows that must decode for a cut file to be accepted (docs/formats.md). */
const ROWS_SHARE = 0.99;
/**
 * Rows that come out of libvips lag behind those decoded: by one row of JPEG
 * blocks, which upsampling looks ahead, and the 8 lines it reads at once. In a
 * low picture that would forgive too much: there, at most this share.
 */
const LAG_ROWS = 24;
const LAG_SHARE = 0.02;

export interface Damage {
  readonly tolerance: Tolerance;
  /** For X-Warnings. */
  readonly warning: "damaged" | "truncated";
}

/**
 * The strictest tolerance under which the picture decodes: all of it with
 * complaints ("damaged"), or at least 99 % of its rows ("truncated"); undefined
 * when it is sound, so that what failed was not its fault. Throws
 * `invalid_image` when it bears neither, and `optimization_failed` when memory
 * ran out, which says nothing of the picture. Rows are read in order and no further
 * than asked, so a cut behind them is never met. Where the decoder leaves
 * strips blank that it cannot decode (TIFF), nothing but its silence tells that
 * rows are there.
 */
export async function judgeDamage(
  picture: Picture,
  maxPixels: number,
  cause: unknown,
): Promise<Damage | undefined> {
  refuseExhausted(cause);
  const decodes = (tolerance: Tolerance, share: number): Promise<boolean> =>
    rowsDecode(picture, maxPixels, tolerance, share);
  if (await decodes("warning", 1)) return undefined;
  const { blanksDamage } = picture.codec;
  if (!blanksDamage && (await decodes("truncated", 1))) {
    return { tolerance: "truncated", warning: "damaged" };
  }
  if (await decodes(blanksDamage ? "warning" : "truncated", ROWS_SHARE)) {
    return { tolerance: "none", warning: "truncated" };
  }
  throw undecodable(picture.facts, cause);
}

/** Whether the topmost `share` of the rows decodes. */
async function rowsDecode(
  { decoded, facts }: Picture,
  maxPixels: number,
  tolerance: Tolerance,
  share: number,
): Promise<boolean> {
  const { width } = decoded.size;
  const isWhole = share === 1 && facts.frames > 1;
  const height = decoded.size.height * (decoded.stacked ? facts.frames : 1);
  const lag = share < 1 ? Math.min(LAG_ROWS, height * LAG_SHARE) : 0;
  const rows = Math.floor(height * share - lag);
  // Of an animation all frames must be whole: later ones are drawn over them.
  if (rows < 1 || (facts.frames > 1 && share < 1)) return false;
  const canvas = Canvas.open({
    input: decoded.path,
    size: decoded.size,
    frames: decoded.stacked ? 1 : facts.frames,
    hasAlpha: facts.hasAlpha,
    deep: false,
    convertProfile: false,
    tolerance,
    maxPixels,
  });
  // Eight columns keep the memory small; the decoder reads whole rows all the same.
  if (!isWhole) {
    canvas.queue((chain) =>
      chain.extract({
        left: 0,
        top: 0,
        width: Math.min(8, width),
        height: rows,
      }),
    );
  }
  try {
    await canvas.pixels();
    return true;
  } catch (error) {
    refuseExhausted(error);
    return false;
  }
}

/** How libvips and the libraries under it say that an allocation failed. */
const EXHAUSTED =
  /out of memory|insufficient memory|cannot allocate|bad_alloc|allocation failed/i;

export function refuseExhausted(cause: unknown): void {
  if (!(cause instanceof Error) || !EXHAUSTED.test(cause.message)) return;
  throw new ServiceError(
    "optimization_failed",
    "Working on the image took more memory than one job may hold.",
    { tool: "sharp" },
    { cause },
  );
}
