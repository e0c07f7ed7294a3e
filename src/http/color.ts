// Colors as callers write them: hexadecimal, or one of the names of HTML 4.

import type { Rgba } from "../image/intent.ts";

/** The sixteen names of HTML 4, and CSS' word for none. */
const NAMES: Readonly<Record<string, string>> = {
  transparent: "00000000",
  black: "000000",
  silver: "c0c0c0",
  gray: "808080",
  white: "ffffff",
  maroon: "800000",
  red: "ff0000",
  purple: "800080",
  fuchsia: "ff00ff",
  green: "008000",
  lime: "00ff00",
  olive: "808000",
  yellow: "ffff00",
  navy: "000080",
  blue: "0000ff",
  teal: "008080",
  aqua: "00ffff",
};

/** How a color may be written, for refusals and docs. */
export const COLOR_SYNTAX = "#rgb, #rrggbb, #rrggbbaa or a name of HTML 4";

/** The color `text` names, in any case and with or without "#"; undefined when it names none. */
export function parseColor(text: string): Rgba | undefined {
  const word = text.trim().toLowerCase();
  const hex = Object.hasOwn(NAMES, word)
    ? NAMES[word]!
    : word.replace(/^#/, "");
  if (!/^([0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})$/.test(hex)) return undefined;
  const long = hex.length === 3 ? hex.replace(/./g, "$&$&") : hex;
  const at = (index: number): number =>
    Number.parseInt(long.slice(2 * index, 2 * index + 2) || "ff", 16);
  return [at(0), at(1), at(2), at(3)];
}
