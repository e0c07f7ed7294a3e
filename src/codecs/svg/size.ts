// Decides how large an SVG is in pixels at 96 dpi, from its root element alone.

import type { Size } from "../../image/geometry.ts";
import type { Tag } from "./xml.ts";

/** Pixels of CSS's absolute units (CSS Values 4, 6.2); of relative ones at the default font of 16 px. */
const PIXELS: Readonly<Record<string, number>> = {
  "": 1,
  px: 1,
  in: 96,
  cm: 96 / 2.54,
  mm: 96 / 25.4,
  q: 96 / 101.6,
  pt: 96 / 72,
  pc: 16,
  em: 16,
  rem: 16,
  ex: 8,
};

/** What browsers give an image that says nothing of its size. */
const DEFAULT: Size = { width: 300, height: 150 };
/** Sizes beyond all limits, still whole numbers when multiplied. */
const MOST = 50_000_000;

/** Characters of a length; 100,000 digits took the expression below a minute. */
const MAX_LENGTH = 64;

export interface Canvas extends Size {
  /** Of the viewBox, where there is a valid one. */
  readonly viewBox?: Size;
}

/** Width and height in (fractional) CSS pixels; what is missing follows from the viewBox. */
export function canvasOf({ attributes }: Pick<Tag, "attributes">): Canvas {
  const valueOf = (name: string): string =>
    attributes.find(({ name: each }) => each === name)?.value ?? "";
  const viewBox = boxOf(valueOf("viewBox"));
  const known = viewBox ?? DEFAULT;
  const width = pixels(valueOf("width"));
  const height = pixels(valueOf("height"));
  const aspect = known.width / known.height;
  const size = {
    width: width ?? (height && viewBox ? height * aspect : known.width),
    height: height ?? (width && viewBox ? width / aspect : known.height),
  };
  return { ...size, ...(viewBox && { viewBox }) };
}

/** The size in whole pixels. */
export function wholeSize({ width, height }: Size): Size {
  const whole = (length: number): number =>
    Math.min(MOST, Math.max(1, Math.round(length)));
  return { width: whole(width), height: whole(height) };
}

/** Undefined for what is no length, or relative to what is around the picture. */
function pixels(length: string): number | undefined {
  if (length.length > MAX_LENGTH) return undefined;
  const [, number, unit = ""] =
    /^\s*\+?(\d*\.?\d+(?:e[+-]?\d+)?)\s*([a-z]*)\s*$/i.exec(length) ?? [];
  const value = Number(number) * (PIXELS[unit.toLowerCase()] ?? Number.NaN);
  return value > 0 && Number.isFinite(value) ? value : undefined;
}

function boxOf(text: string): Size | undefined {
  const [, , width, height, ...rest] = text
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  const isValid =
    rest.length === 0 && Number.isFinite(width) && Number.isFinite(height);
  return isValid && width! > 0 && height! > 0
    ? { width: width!, height: height! }
    : undefined;
}
