// Claims about the table of formats: every row is whole, and its two halves agree.

import assert from "node:assert/strict";
import { test } from "node:test";

import { FORMAT_IDS } from "../image/format.ts";
import { ALL_CODECS, CODECS, OUTPUTS } from "./table.ts";

test("every id has its own row", () => {
  assert.deepEqual(Object.keys(CODECS).toSorted(), [...FORMAT_IDS].toSorted());
  for (const id of FORMAT_IDS) assert.equal(CODECS[id].id, id);
  assert.deepEqual(
    ALL_CODECS.map(({ id }) => id),
    [...FORMAT_IDS],
  );
});

for (const pick of ["name", "mediaType", "extension"] as const) {
  test(`no two rows share a ${pick}`, () => {
    const values = ALL_CODECS.map((codec) => codec[pick]);
    assert.equal(new Set(values).size, values.length);
  });
}

test("every output name means one row, and all that the contract has are there", () => {
  const names = ALL_CODECS.flatMap(({ outputNames }) => outputNames);
  assert.equal(new Set(names).size, names.length);
  assert.deepEqual([...OUTPUTS.keys()].toSorted(), names.toSorted());
  for (const [name, id] of [
    ["jpg", "jpeg"],
    ["jpeg", "jpeg"],
    ["png", "png"],
    ["webp", "webp"],
    ["avif", "avif"],
  ] as const) {
    assert.equal(OUTPUTS.get(name)?.id, id);
  }
});

for (const {
  id,
  outputNames,
  strategies,
  back,
  memory,
  mediaType,
  extension,
} of ALL_CODECS) {
  test(`${id}: every strategy declared has its run, and every run is declared`, async () => {
    const { run } = await back();
    const declared = strategies.map(({ name }) => name);
    assert.deepEqual(Object.keys(run).toSorted(), declared.toSorted());
    assert.equal(new Set(declared).size, declared.length);
  });

  test(`${id}: it has an encoder exactly when it is an output`, async () => {
    const { encoding, writeMetadata } = await back();
    assert.equal(encoding !== undefined, outputNames.length > 0);
    if (outputNames.length > 0) assert.ok(writeMetadata);
    assert.ok(memory.decode > 0);
    assert.equal(memory.encode > 0, outputNames.length > 0);
  });

  test(`${id}: names are fit for headers and files`, () => {
    assert.match(mediaType, /^image\/[a-z+-]+$/);
    assert.match(extension, /^[a-z]{3,4}$/);
  });
}
