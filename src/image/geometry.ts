// Sizes and places in the picture: numbers in, numbers out; touches no pixel.

import type { Orientation } from "./facts.ts";

/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Top-left corner in pixels from the picture's own. */
export interface Place {
  readonly left: number;
  readonly top: number;
}

/** Whether an orientation turns the picture on its side (EXIF 5 to 8). */
export function swapsAxes(orientation: Orientation): boolean {
  return orientation >= 5;
}

/** The size a viewer sees of a raster stored with `orientation`. */
export function orientedSize(size: Size, orientation: Orientation): Size {
  return swapsAxes(orientation)
    ? { width: size.height, height: size.width }
    : { width: size.width, height: size.height };
}

/**
 * The left-right mirror and then the turn (clockwise degrees) that bring a
 * raster stored with each EXIF orientation upright (TIFF 6.0, tag 274). In this
 * order because sharp mirrors first, whichever is called first.
 */
export const UPRIGHT: Readonly<
  Record<Orientation, { readonly degrees: number; readonly mirror: boolean }>
> = {
  1: { degrees: 0, mirror: false },
  2: { degrees: 0, mirror: true },
  3: { degrees: 180, mirror: false },
  4: { degrees: 180, mirror: true },
  5: { degrees: 270, mirror: true },
  6: { degrees: 90, mirror: false },
  7: { degrees: 90, mirror: true },
  8: { degrees: 270, mirror: false },
};

/** How a picture becomes the size asked for. */
export interface ResizePlan extends Size {
  /** "cover" crops the centre to the aspect of the target; "fill" keeps the whole picture. */
  readonly fit: "cover" | "fill";
  /** Source pixels per target pixel along the axis that shrinks least; 1 when nothing shrinks. */
  readonly reduction: number;
}

/**
 * The size to make of an upright picture: the long edge brought to `longEdge`
 * px, or a centred square of that size. Never enlarges: a `longEdge` above what
 * there is leaves the picture its size.
 */
export function planResize(
  source: Size,
  asked: {
    readonly longEdge?: number | undefined;
    readonly square: boolean;
  },
): ResizePlan {
  const short = Math.min(source.width, source.height);
  if (asked.square) {
    const side = Math.min(asked.longEdge ?? short, short);
    return { width: side, height: side, fit: "cover", reduction: short / side };
  }
  const long = Math.max(source.width, source.height);
  if (asked.longEdge === undefined || asked.longEdge >= long) {
    return { ...source, fit: "fill", reduction: 1 };
  }
  const scale = asked.longEdge / long;
  return {
    width: Math.max(1, Math.round(source.width * scale)),
    height: Math.max(1, Math.round(source.height * scale)),
    fit: "fill",
    reduction: 1 / scale,
  };
}

/**
 * Share of the height that controls of vertical-video players cover at the
 * bottom: 250 px of a 1920 px tall frame (the contract's figure), 13 %.
 */
const SAFE_ZONE_SHARE = 250 / 1920;
/** Corner margin as a share of the long edge: 50 px at 1920 (the contract's figure), 2.6 %. */
const MARGIN_SHARE = 50 / 1920;
/** On strips longer than 9.6:1 the margin is this share of the short edge: the other would leave a logo no room at 38:1. */
const MARGIN_MAX_SHORT_SHARE = 0.25;

/**
 * The size of a logo `scalePercent` of the frame's width, its aspect kept;
 * smaller where it would otherwise not fit the room above its margin.
 */
export function overlaySize(
  frame: Size,
  logo: Size,
  asked: { readonly scalePercent: number; readonly safeZone: boolean },
): Size {
  const wanted = (frame.width * asked.scalePercent) / 100 / logo.width;
  const lift = overlayLift(frame, asked.safeZone);
  const scale = Math.min(
    wanted,
    (frame.height - lift) / logo.height,
    frame.width / logo.width,
  );
  return {
    width: Math.max(1, Math.round(logo.width * scale)),
    height: Math.max(1, Math.round(logo.height * scale)),
  };
}

/** Where a logo of `logo` px stands on the frame: bottom centre above the safe zone, or bottom right. */
export function overlayPlace(
  frame: Size,
  logo: Size,
  safeZone: boolean,
): Place {
  const lift = overlayLift(frame, safeZone);
  const left = safeZone
    ? (frame.width - logo.width) / 2
    : frame.width - logo.width - lift;
  return {
    left: Math.max(0, Math.round(left)),
    top: Math.max(0, Math.round(frame.height - logo.height - lift)),
  };
}

function overlayLift({ width, height }: Size, safeZone: boolean): number {
  if (safeZone) return Math.round(height * SAFE_ZONE_SHARE);
  const margin = Math.max(width, height) * MARGIN_SHARE;
  const most = Math.min(width, height) * MARGIN_MAX_SHORT_SHARE;
  return Math.round(Math.min(margin, most));
}
