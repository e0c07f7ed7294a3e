// Claims about the header reader: magic, size in every unit, and how little of a packed file it unpacks.

import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

import { ServiceError } from "../../errors.ts";
import { readerOfBytes } from "../containers/reader.ts";
import { header } from "./header.ts";
import { looksLikeSvg } from "./magic.ts";

const root = (attributes: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" ${attributes}>`;
const factsOf = (text: string | Uint8Array) =>
  header(readerOfBytes(Buffer.from(text)));

const SIZES: readonly (readonly [string, number, number])[] = [
  ["", 300, 150],
  ["width='20' height='10'", 20, 10],
  ["width='2in' height='1in'", 192, 96],
  ["width='25.4mm' height='2.54cm'", 96, 96],
  ["width='72pt' height='6pc'", 96, 96],
  ["viewBox='0 0 40 30'", 40, 30],
  ["viewBox='-5,-5 40.4 30.6'", 40, 31],
  ["width='80' viewBox='0 0 40 30'", 80, 60],
  ["height='60' viewBox='0 0 40 30'", 80, 60],
  ["width='100%' height='100%' viewBox='0 0 40 30'", 40, 30],
  ["width='NaN' height='-5' viewBox='0 0 0 0'", 300, 150],
  ["width='1e38' height='1e38'", 50_000_000, 50_000_000],
];
for (const [attributes, width, height] of SIZES) {
  test(`${attributes || "nothing said"} is ${width} × ${height}`, async () => {
    const facts = await factsOf(root(attributes));
    assert.deepEqual([facts.width, facts.height], [width, height]);
  });
}

const BEGINNINGS: readonly (readonly [string, boolean])[] = [
  ["<svg/>", true],
  ["<s:svg xmlns:s='x'>", true],
  ["\ufeff \n<svg>", true],
  [
    "<?xml version='1.0'?><!-- a > b --><!DOCTYPE svg [<!ENTITY a '>]'>]><svg>",
    true,
  ],
  [`<!DOCTYPE svg [${"<!ENTITY a 'b'>".repeat(300)}`, true],
  ["<html><svg/></html>", false],
  ["<?xml version='1.0'?><html/>", false],
  ["<!-- <svg> --><html/>", false],
  ["<svgz>", false],
  ["text <svg>", false],
];
for (const [text, expected] of BEGINNINGS) {
  test(`${text.slice(0, 50)} is ${expected ? "an" : "no"} SVG`, () => {
    const head = Buffer.from(text).subarray(0, 4096);
    assert.equal(looksLikeSvg(head), expected);
  });
}

test("the other encodings are read", async () => {
  const text = `\ufeff${root("width='7' height='9'")}<text>ä</text></svg>`;
  const little = Buffer.from(text, "utf16le");
  for (const bytes of [little, Buffer.from(little).swap16()])
    assert.equal((await factsOf(bytes)).width, 7);
});

test("a packed one is known by its beginning, though it unpacks to 256 MB", async () => {
  const bomb = gzipSync(
    Buffer.concat([
      Buffer.from(root("width='7'")),
      Buffer.alloc(64 << 20, " "),
    ]),
  );
  const before = process.memoryUsage().rss;
  const facts = await factsOf(bomb);
  assert.deepEqual([facts.format, facts.width], ["svgz", 7]);
  assert.ok(process.memoryUsage().rss - before < 32 << 20);
});

test("other packed files are named", async () => {
  await assert.rejects(
    factsOf(gzipSync("hello")),
    (error) =>
      error instanceof ServiceError &&
      error.code === "unsupported_format" &&
      error.context["detected"] === "gzip",
  );
});
