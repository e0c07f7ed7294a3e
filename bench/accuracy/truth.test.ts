// Claims about what is remembered of slow work.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { codeVersion } from "./code-version.ts";
import { Truth } from "./truth.ts";

const folder = await mkdtemp(join(tmpdir(), "truth-test-"));
after(() => rm(folder, { recursive: true }));

const file = join(folder, "a.bin");
let works = 0;
const work = (): Promise<number> => Promise.resolve(++works);

test("what the same code made of the same bytes is not made again", async () => {
  await writeFile(file, "one");
  const first = await Truth.open("x", "code 1", "current", folder);
  assert.equal(await first.of(file, ["low"], work), 1);
  assert.equal(await first.of(file, ["low"], work), 1);
  assert.equal(await first.of(file, ["high"], work), 2);
  await first.save();
  const later = await Truth.open("x", "code 1", "current", folder);
  assert.equal(await later.of(file, ["high"], work), 2);
});

test("other code makes it again, unless what was made is to be believed; nothing is believed when fresh", async () => {
  const other = await Truth.open("x", "code 2", "current", folder);
  assert.equal(await other.of(file, ["low"], work), 3);
  const kept = await Truth.open("x", "code 2", "kept", folder);
  assert.equal(await kept.of(file, ["low"], work), 1);
  const fresh = await Truth.open("x", "code 1", "none", folder);
  assert.equal(await fresh.of(file, ["low"], work), 4);
  assert.equal(await fresh.of(file, ["low"], work), 4);
});

test("other bytes under the same name are another file", async () => {
  await writeFile(file, "two");
  const truth = await Truth.open("x", "code 1", "current", folder);
  assert.equal(await truth.of(file, ["low"], work), 5);
});

test("a version follows from row and engines, and a row that lives in another's folder has one", async () => {
  const report = (version: string) => ({ tool: { version, abilities: [] } });
  const [a, b, again, svgz] = await Promise.all([
    codeVersion("bmp", report("1")),
    codeVersion("bmp", report("2")),
    codeVersion("bmp", report("1")),
    codeVersion("svgz", report("1")),
  ]);
  assert.notEqual(a, b);
  assert.equal(a, again);
  assert.match(svgz, /^[0-9a-f]{16}$/);
});
