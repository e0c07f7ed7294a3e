// Draws what all charts share: the frame, grid lines, ticks and the words at them; knows nothing of what is plotted.

import type { Markup, Piece } from "./markup.ts";
import { markup } from "./markup.ts";
import type { Scale } from "./scale.ts";

/** Where the data lies within a chart, in pixels from its upper left. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A picture of the size given, which `label` describes to those who do not see it. */
export function chart(
  width: number,
  height: number,
  label: string,
  content: Piece,
): Markup {
  return markup`<svg viewBox="0 0 ${px(width)} ${px(height)}" width="${px(width)}" height="${px(height)}" role="img" aria-label="${label}">${content}</svg>`;
}

/** Tenths of a pixel: finer is not seen, and costs bytes. */
export function px(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Vertical grid lines with words below, and what they count at the end. */
export function xAxis(
  { left, top, right, bottom }: Area,
  { at, ticks }: Scale,
  text: (tick: number) => string,
  title: string,
): Markup {
  return markup`<g class="axis">${ticks.map(
    (tick) =>
      markup`<path class="grid" d="M${px(at(tick))} ${px(top)}V${px(bottom)}" /><text x="${px(at(tick))}" y="${px(bottom + 16)}" text-anchor="middle">${text(tick)}</text>`,
  )}<text class="title" x="${px((left + right) / 2)}" y="${px(bottom + 34)}" text-anchor="middle">${title}</text></g>`;
}

/** Horizontal grid lines with words to their left; the title stands above, unturned. */
export function yAxis(
  { left, top, right }: Area,
  { at, ticks }: Scale,
  text: (tick: number) => string,
  title: string,
): Markup {
  return markup`<g class="axis">${ticks.map(
    (tick) =>
      markup`<path class="grid" d="M${px(left)} ${px(at(tick))}H${px(right)}" /><text x="${px(left - 6)}" y="${px(at(tick) + 4)}" text-anchor="end">${text(tick)}</text>`,
  )}<text class="title" x="0" y="${px(top - 12)}">${title}</text></g>`;
}

/** A value worth a line of its own, and what it stands for. */
export interface MarkedValue {
  readonly value: number;
  readonly words: string;
}

/** Dashed lines across the data, with words above. */
export function markLines(
  { top, bottom }: Area,
  { at }: Scale,
  marks: readonly MarkedValue[],
): Markup[] {
  return marks.map(({ value, words }) => {
    const x = px(at(value));
    return markup`<path class="mark" d="M${x} ${top - 6}V${bottom}" /><text class="small" x="${x}" y="${top - 11}" text-anchor="middle">${words}</text>`;
  });
}

/** A line through points; a gap where a point is null. */
export function linePath(
  points: readonly (readonly [x: number, y: number] | null)[],
): string {
  return points
    .map((point, at) => {
      if (point === null) return "";
      const isStart = at === 0 || points[at - 1] === null;
      return `${isStart ? "M" : "L"}${px(point[0])} ${px(point[1])}`;
    })
    .join("");
}

/** Moves labels apart that would lie upon each other: the nearest places at least `gap` apart and within the span, in the given order of `wanted`. */
export function spreadOut(
  wanted: readonly number[],
  gap: number,
  [low, high]: readonly [low: number, high: number],
): number[] {
  const order = wanted
    .map((place, index) => ({ place, index }))
    .toSorted((a, b) => a.place - b.place);
  let least = low;
  for (const label of order) {
    label.place = Math.max(label.place, least);
    least = label.place + gap;
  }
  let most = high;
  for (const label of order.toReversed()) {
    label.place = Math.min(label.place, most);
    most = label.place - gap;
  }
  const places = [...wanted];
  for (const { place, index } of order) places[index] = place;
  return places;
}
