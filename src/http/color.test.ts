// Claims about colors on the wire: every documented way to write one is read, and nothing else is.

import assert from "node:assert/strict";
import { test } from "node:test";

import { parseColor } from "./color.ts";

for (const [text, color] of [
  ["#f80", [0xff, 0x88, 0x00, 255]],
  ["f80", [0xff, 0x88, 0x00, 255]],
  ["#ff8800", [255, 136, 0, 255]],
  ["FF8800", [255, 136, 0, 255]],
  ["#ff880080", [255, 136, 0, 128]],
  ["#ff880000", [255, 136, 0, 0]],
  ["  #000  ", [0, 0, 0, 255]],
  ["000000", [0, 0, 0, 255]],
  ["white", [255, 255, 255, 255]],
  ["White", [255, 255, 255, 255]],
  ["transparent", [0, 0, 0, 0]],
] as const) {
  test(`"${text}" is ${color.join()}`, () => {
    assert.deepEqual(parseColor(text), color);
  });
}

/** As HTML 4.01, 6.5, lists them. */
const HTML4 = {
  black: "000000",
  green: "008000",
  silver: "C0C0C0",
  lime: "00FF00",
  gray: "808080",
  olive: "808000",
  white: "FFFFFF",
  yellow: "FFFF00",
  maroon: "800000",
  navy: "000080",
  red: "FF0000",
  blue: "0000FF",
  purple: "800080",
  teal: "008080",
  fuchsia: "FF00FF",
  aqua: "00FFFF",
};
for (const [name, hex] of Object.entries(HTML4)) {
  test(`${name} is what HTML 4 says`, () => {
    assert.deepEqual(parseColor(name), parseColor(hex));
  });
}

for (const text of [
  "",
  "#",
  "#12",
  "#1234",
  "#12345",
  "#1234567",
  "#123456789",
  "##fff",
  "#ggg",
  "#-1-1-1",
  "0x1",
  "# fff",
  "#white",
  "orange",
  "grey",
  "constructor",
  "__proto__",
  "rgb(0,0,0)",
  "fff\n#000",
]) {
  test(`${JSON.stringify(text)} is no color`, () => {
    assert.equal(parseColor(text), undefined);
  });
}
