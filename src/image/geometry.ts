// Sizes and places in the picture: numbers in, numbers out; touches no pixel.

import type { Orientation } from "./facts.ts";
import type { BoxIntent, Gravity, OverlayPlacing } from "./intent.ts";

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
  /** "cover" crops the centre to the aspect of the target; "fill" makes the whole picture that size. */
  readonly fit: "cover" | "fill";
  /** Source pixels per target pixel along the axis that shrinks least; 1 when nothing shrinks. */
  readonly reduction: number;
  /** The frame that the picture is centred in, when it is larger. */
  readonly frame?: Size;
}

/**
 * What to make of an upright picture so that it fits the box. "inside" keeps
 * the aspect within the box, "cover" fills it and crops, "contain" is "inside"
 * with the rest of the box around it, "fill" distorts. Nothing is enlarged
 * unless asked: what is smaller stays its size, and a box to cover shrinks to
 * what there is, its aspect kept.
 */
export function planResize(source: Size, box?: BoxIntent): ResizePlan {
  const whole: ResizePlan = { ...sizeOf(source), fit: "fill", reduction: 1 };
  if (box === undefined) return whole;
  const { enlarge } = box;
  const width = box.width ?? Number.POSITIVE_INFINITY;
  const height = box.height ?? Number.POSITIVE_INFINITY;
  const x = width / source.width;
  const y = height / source.height;
  const isWhole = box.width !== undefined && box.height !== undefined;
  if (box.fit === "fill" && isWhole) {
    const [scaleX, scaleY] = enlarge
      ? [x, y]
      : [Math.min(1, x), Math.min(1, y)];
    return {
      ...scaled(source, scaleX, scaleY),
      fit: "fill",
      reduction: Math.max(1, 1 / Math.max(scaleX, scaleY)),
    };
  }
  if (box.fit === "cover" && isWhole) {
    const scale = Math.max(x, y);
    const shrunk = enlarge ? 1 : 1 / Math.max(1, scale);
    return {
      ...scaled({ width, height }, shrunk, shrunk),
      fit: "cover",
      reduction: Math.max(1, 1 / scale),
    };
  }
  const scale = enlarge ? Math.min(x, y) : Math.min(1, x, y);
  const inside: ResizePlan =
    scale === 1
      ? whole
      : {
          ...scaled(source, scale, scale),
          fit: "fill",
          reduction: Math.max(1, 1 / scale),
        };
  return box.fit === "contain" && isWhole
    ? { ...inside, frame: { width, height } }
    : inside;
}

/** A vector picture has no pixels to enlarge: it is drawn at any size asked for. */
export function vectorBox(box?: BoxIntent): BoxIntent | undefined {
  return box && { ...box, enlarge: true };
}

/** The size at which a whole vector picture is drawn so that `box` needs no pixel scaled, but for "fill". */
export function drawnSize(source: Size, box?: BoxIntent): Size {
  const { width, height } = planResize(source, vectorBox(box));
  const scale = Math.max(width / source.width, height / source.height);
  return scaled(source, scale, scale);
}

/** The part of a picture that a plan shows, in its pixels; whole ones where nothing is scaled, so that a crop is exact. */
export function resizeWindow(
  source: Size,
  { width, height, fit }: ResizePlan,
): Size & Place {
  if (fit === "fill") return { left: 0, top: 0, ...sizeOf(source) };
  const scale = Math.max(width / source.width, height / source.height);
  const shown = { width: width / scale, height: height / scale };
  const left = (source.width - shown.width) / 2;
  const top = (source.height - shown.height) / 2;
  return scale === 1
    ? { left: Math.floor(left), top: Math.floor(top), ...shown }
    : { left, top, ...shown };
}

/** The size of what a plan makes. */
export function plannedSize({ frame, width, height }: ResizePlan): Size {
  return frame ?? { width, height };
}

function sizeOf({ width, height }: Size): Size {
  return { width, height };
}

function scaled({ width, height }: Size, x: number, y: number): Size {
  return {
    width: Math.max(1, Math.round(width * x)),
    height: Math.max(1, Math.round(height * y)),
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

/** Where on the frame a logo is anchored, and its distance from the edges there in pixels. */
interface Anchor {
  /** 0 is left or top, 0.5 the middle, 1 right or bottom. */
  readonly x: number;
  readonly y: number;
  readonly margin: number;
}

const ANCHORS: Readonly<Record<Gravity, readonly [x: number, y: number]>> = {
  northwest: [0, 0],
  north: [0.5, 0],
  northeast: [1, 0],
  west: [0, 0.5],
  center: [0.5, 0.5],
  east: [1, 0.5],
  southwest: [0, 1],
  south: [0.5, 1],
  southeast: [1, 1],
};

/** Unless said otherwise: bottom centre above the safe zone, or bottom right. */
function anchorOf({ width, height }: Size, asked: OverlayPlacing): Anchor {
  const gravity = asked.gravity ?? (asked.safeZone ? "south" : "southeast");
  const [x, y] = ANCHORS[gravity];
  const short = Math.min(width, height);
  if (asked.marginPercent !== undefined) {
    return { x, y, margin: Math.round((short * asked.marginPercent) / 100) };
  }
  if (asked.safeZone && asked.gravity === undefined) {
    return { x, y, margin: Math.round(height * SAFE_ZONE_SHARE) };
  }
  const margin = Math.max(width, height) * MARGIN_SHARE;
  const most = short * MARGIN_MAX_SHORT_SHARE;
  return { x, y, margin: Math.round(Math.min(margin, most)) };
}

/**
 * The size of a logo `scalePercent` of the frame's width, its aspect kept;
 * smaller where it would otherwise not fit the room beside its margin.
 */
export function overlaySize(
  frame: Size,
  logo: Size,
  asked: OverlayPlacing & { readonly scalePercent: number },
): Size {
  const { y, margin } = anchorOf(frame, asked);
  const wanted = (frame.width * asked.scalePercent) / 100 / logo.width;
  const room = y === 0.5 ? frame.height : frame.height - margin;
  const scale = Math.min(
    wanted,
    Math.max(1, room) / logo.height,
    frame.width / logo.width,
  );
  return scaled(logo, scale, scale);
}

/** Where a logo of `logo` px stands on the frame. */
export function overlayPlace(
  frame: Size,
  logo: Size,
  asked: OverlayPlacing,
): Place {
  const { x, y, margin } = anchorOf(frame, asked);
  return {
    left: along(frame.width - logo.width, x, margin),
    top: along(frame.height - logo.height, y, margin),
  };
}

/** Pixels before the logo on one axis with `free` ones to share; never off the frame. */
function along(free: number, anchor: number, margin: number): number {
  const shift = (1 - 2 * anchor) * margin;
  return Math.max(0, Math.min(free, Math.round(free * anchor + shift)));
}
