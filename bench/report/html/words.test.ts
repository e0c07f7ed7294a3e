// Claims about how figures are written.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  bytesText,
  counted,
  dayText,
  formatName,
  listed,
  numberText,
  percentText,
  plain,
  shortened,
  timeText,
} from "./words.ts";

for (const [written, expected] of [
  [bytesText(512), "512 B"],
  [bytesText(10_240), "10.0 KiB"],
  [bytesText(102_300), "99.9 KiB"],
  [bytesText(300 * 1024), "300 KiB"],
  [bytesText(6.5 * 1024 ** 2), "6.5 MiB"],
  [plain(bytesText(10_240)), "10 KiB"],
  [bytesText(null), "–"],
  [timeText(4.25), "4.3 ms"],
  [timeText(412.4), "412 ms"],
  [timeText(1340), "1.34 s"],
  [timeText(12_480), "12.5 s"],
  [numberText(-3.14), "−3.1"],
  [numberText(-0.01), "0.0"],
  [percentText(Number.NaN), "–"],
  [counted(1, "file"), "1 file"],
  [counted(1200, "file"), "1,200 files"],
  [listed(["a", "b", "c"]), "a, b and c"],
  [dayText("2026-01-02T23:04:05.000Z"), "2 January 2026"],
  [dayText("long ago"), "long ago"],
  [shortened("photo-of-a-cat.jpg", 9), "phot….jpg"],
  [formatName("jxl"), "JPEG XL"],
  [formatName("constructor"), "constructor"],
] as const) {
  test(`"${expected}"`, () =>
    assert.equal(written.replaceAll("\u00a0", " "), expected));
}
