// Claims about showing progress.

import assert from "node:assert/strict";
import { test } from "node:test";

import { progressBar } from "./progress.ts";

function shown(isTTY: boolean, steps: number): string[] {
  const lines: string[] = [];
  const progress = progressBar("run", steps, {
    isTTY,
    write: (text: string | Uint8Array) => lines.push(String(text)) > 0,
  });
  for (let step = 0; step < steps; step++) progress.step(`file-${step}`);
  progress.end();
  return lines;
}

test("a log gets one line for every tenth", () => {
  const lines = shown(false, 250);
  assert.equal(lines.length, 10);
  assert.equal(lines.at(-1), "run: 100 % (250 of 250)\n");
});

test("a terminal gets one line redrawn, and is left clean", () => {
  const lines = shown(true, 4);
  assert.match(lines[1] ?? "", /\[#{15}\.{15}\] 2\/4 file-1$/);
  assert.ok(lines.every((line) => line.startsWith("\r")));
  assert.equal(lines.at(-1), "\r\x1b[K");
});
