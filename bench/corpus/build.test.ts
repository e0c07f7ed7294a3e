// Tests what fails a build and what is kept, on planted entries in folders of their own.

import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";

import { build } from "./build.ts";
import { drawEntry, type Entry } from "./entry.ts";
import { loadFolder } from "./load.ts";
import { fingerprint } from "./picture.ts";
import { verify } from "./verify.ts";

async function folderFor(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "corpus-test-"));
  context.after(() => rm(folder, { recursive: true }));
  return folder;
}

function planted(change: Partial<Entry>): Entry {
  const entry: Entry = {
    name: "planted",
    generator: "solid_fill",
    seed: 1,
    width: 64,
    height: 64,
    pixelSha256: "",
    tags: [],
    files: { png: "tiny", bmp: "small" },
    ...change,
  };
  return { ...entry, pixelSha256: fingerprint(drawEntry(entry)) };
}

test("a second build keeps what the first has built, and both verify", async (context) => {
  const folder = await folderFor(context);
  const entries = [planted({})];
  const first = await build(entries, folder);
  const second = await build(entries, folder);
  assert.deepEqual([first.built, first.kept], [2, 0]);
  assert.deepEqual([second.built, second.kept], [0, 2]);
  assert.deepEqual(await verify(entries, folder), []);
});

test("a file outside its bucket fails the build by name, size and bucket", async (context) => {
  const folder = await folderFor(context);
  const entry = planted({ files: { bmp: "tiny" } });
  const { problems } = await build([entry], folder);
  assert.deepEqual(problems, [
    "planted.bmp: 12342 bytes are small, declared is tiny",
  ]);
  assert.ok(!(await readdir(folder)).includes("planted.bmp"));
});

test("pixels other than the pinned ones make no file", async (context) => {
  const folder = await folderFor(context);
  const entry = { ...planted({}), pixelSha256: "0" };
  const { built, problems } = await build([entry], folder);
  assert.equal(built, 0);
  assert.match(problems[0] ?? "", /planted\.png: pixels are .* pinned is 0/);
});

test("verify names a missing file, a damaged one, and one of another entry", async (context) => {
  const folder = await folderFor(context);
  await build([planted({})], folder);
  const bmp = join(folder, "planted.bmp");
  const bytes = await readFile(bmp);
  await writeFile(bmp, bytes.fill(0, 60));
  await rm(join(folder, "planted.png"));
  const [gone, damaged] = await verify([planted({})], folder);
  assert.match(gone ?? "", /^planted\.png: ENOENT/);
  assert.equal(damaged, "planted.bmp: other bytes than were built");
  const other = planted({ width: 32 });
  const problems = await verify([other], folder);
  assert.ok(
    problems.some((line) => line.endsWith("not built from this manifest")),
  );
});

test("a folder without a list is read by magic", async (context) => {
  const folder = await folderFor(context);
  await build([planted({ files: { png: "tiny", jpeg: "tiny" } })], folder);
  const found = await loadFolder(folder);
  assert.deepEqual(
    found.map(({ name, format, bucket }) => [name, format, bucket]),
    [
      ["planted.jpeg", "jpeg", "tiny"],
      ["planted.png", "png", "tiny"],
    ],
  );
});

test("a folder with a list gives its decodable rows", async (context) => {
  const folder = await folderFor(context);
  await writeFile(join(folder, "a.gif"), "GIF89a");
  const row = { file: "a.gif", format: "gif", kind: "k", hostile: false };
  const files = [
    { ...row, expect: "decode" },
    { ...row, file: "b.gif", hostile: true, expect: "clean" },
    { ...row, file: "c.gif", expect: "optional: strict readers refuse" },
  ];
  await writeFile(join(folder, "manifest.json"), JSON.stringify({ files }));
  const found = await loadFolder(folder);
  assert.deepEqual(
    found.map(({ name, format, tags, bytes }) => [name, format, tags, bytes]),
    [["a.gif", "gif", ["k"], 6]],
  );
});
