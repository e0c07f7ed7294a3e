// Claims about pictures that are made again for the page, by real encoders over tiny files made here.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { noise } from "../../../src/codecs/noise.fixture.ts";
import type { BenchResult, CaseResult } from "../../run/result.ts";
import { UsageError } from "../../usage-error.ts";
import { reportCommand } from "../command.ts";
import { made, result } from "./page.fixture.ts";

const folder = await mkdtemp(join(tmpdir(), "bench-page-"));
after(() => rm(folder, { recursive: true }));

await noise(200, 120).jpeg({ quality: 95 }).toFile(join(folder, "a.jpg"));
const { size: inputBytes } = await stat(join(folder, "a.jpg"));
const CASE = made("a.jpg", "medium", 1, 55, { inputBytes });

function resultOver(corpus: string, cases: readonly CaseResult[]): BenchResult {
  return result("quick", {
    options: { ...result("quick").options, corpus },
    cases,
  });
}

test("report makes a page of several results: a picture is made again and cut out, one that is gone or lies elsewhere has a reason", async () => {
  const gone = { ...CASE, file: "b.jpg" };
  const outside = { ...CASE, file: "../a.jpg" };
  const results = [
    resultOver(folder, [CASE, gone]),
    resultOver(join(folder, "sub"), [outside]),
    result("timing"),
  ];
  const files = results.map((_, at) => join(folder, `${at}.json`));
  for (const [at, path] of files.entries()) {
    await writeFile(path, JSON.stringify(results[at]));
  }
  const out = join(folder, "page.html");
  const args = [...files, "--format", "html", "--out", out];
  assert.equal(await reportCommand(args), 0);
  const page = await readFile(out, "utf8");
  assert.match(page, /^<!DOCTYPE html>/);
  const pictures = page.matchAll(/base64,(UklGR[^"]+)" width="(\d+)"/g);
  const [before, again, ...others] = [...pictures].map(([, data, width]) => {
    assert.equal(width, "200");
    return data;
  });
  assert.ok(before !== undefined && again !== undefined && before !== again);
  assert.deepEqual(others, []);
  assert.match(page, /Made again for this page, with [\d,]+ bytes instead of/);
  assert.match(page, /No picture: ENOENT/);
  assert.match(page, /No picture: the file lies outside its corpus/);
});

for (const [claim, args, says] of [
  ["no file", [], /takes the file/],
  ["a page without a place", ["x.json", "--format", "html"], /--out/],
  ["an unknown format", ["x.json", "--format", "pdf"], /--format must be/],
  [
    "too many pictures",
    ["x.json", "--format", "html", "--out", "y", "--crops", "1e9"],
    /--crops must be/,
  ],
  ["two files in markdown", ["x.json", "y.json"], /of one result/],
] as const) {
  test(`report refuses ${claim}`, async () => {
    await assert.rejects(reportCommand(args), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, says);
      return true;
    });
  });
}
