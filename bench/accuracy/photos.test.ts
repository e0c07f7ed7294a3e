// Claims about which photographs train, which test, and what is made of them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { filesOf, MADE_FORMATS } from "./made-files.ts";
import { LEFT_OUT, PHOTOS } from "./photo-list.ts";
import { photoShownBy, withSides } from "./photos.ts";
import type { Photo } from "./photos.ts";
import { sha256 } from "../corpus/stamps.ts";

/** As if each file's bytes were its name: the corpus need not be there. */
const photos: Photo[] = withSides(
  Object.entries(PHOTOS).map(([file, { kind }]) => {
    return { file, kind, path: file, sha256: sha256(Buffer.from(file)) };
  }),
);
const sideOf = (side: string) => photos.filter((photo) => photo.side === side);

test("no photograph is on both sides, and each kind is on both", () => {
  const [train, tested] = [sideOf("train"), sideOf("test")];
  const names = new Set(train.map(({ file }) => file));
  assert.ok(tested.every(({ file }) => !names.has(file)));
  assert.equal(train.length + tested.length, Object.keys(PHOTOS).length);
  for (const kind of ["large", "small", "graphic"]) {
    const counts = [train, tested].map(
      (side) => side.filter((photo) => photo.kind === kind).length,
    );
    assert.ok(
      Math.abs(counts[0]! - counts[1]!) <= 1,
      `${kind}: ${counts.join()}`,
    );
  }
});

test("sides follow from the hashes, whatever the order of the list", () => {
  const again = withSides(photos.toReversed());
  const sides = new Map(again.map(({ file, side }) => [file, side]));
  for (const { file, side } of photos) assert.equal(sides.get(file), side);
});

test("a file that shows a listed photograph goes with it", () => {
  assert.equal(photoShownBy("avif/kodim23.avif"), "png/rd-kodak-kodim23.png");
  assert.equal(photoShownBy("gif/delay-0.gif"), "gif/delay-0.gif");
});

test("what is left out has a reason and is not made into anything", () => {
  for (const [file, reason] of Object.entries(LEFT_OUT)) {
    assert.ok(reason.length > 3);
    assert.ok(!Object.hasOwn(PHOTOS, file), file);
  }
});

for (const format of MADE_FORMATS) {
  test(`${format}: enough files of both sides, no name twice, none of the other side's photographs`, () => {
    const files = filesOf(photos, [format], "engine 1");
    const names = new Set(files.map(({ name }) => name));
    assert.equal(names.size, files.length);
    const [train, tested] = (["train", "test"] as const).map((side) =>
      files.filter(({ photo }) => photo.side === side),
    );
    // Four settings of a dozen files are the 40 rows that a format needs.
    assert.ok(train!.length >= 15 && tested!.length >= 15);
    const shown = new Set(train!.map(({ photo }) => photo.sha256));
    assert.ok(tested!.every(({ photo }) => !shown.has(photo.sha256)));
  });
}

test("another engine, recipe or photograph is another file in the cache, the same is the same", () => {
  const cached = (engines: string, from = photos): string[] =>
    filesOf(from, ["jpeg"], engines).map(({ cacheName }) => cacheName);
  assert.deepEqual(cached("engine 1"), cached("engine 1"));
  const known = new Set(cached("engine 1"));
  assert.ok(cached("engine 2").every((name) => !known.has(name)));
  const other = photos.map((photo) => {
    return { ...photo, sha256: sha256(Buffer.from(photo.sha256)) };
  });
  assert.ok(cached("engine 1", other).every((name) => !known.has(name)));
});
