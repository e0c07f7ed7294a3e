// Claims about what a HEIF index may make the service do: what is listed, repeated or nested without end is refused before any decoder sees it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { judge } from "../../image/budget.ts";
import { headerOfHeif } from "./heif.ts";
import { auxC, heif, ispe, type HeifParts } from "./heif.fixture.ts";
import { boxBytes, fullBoxBytes, numbers } from "./isobmff-write.ts";
import { readerOfBytes } from "./reader.ts";

const LIMITS = { maxPixels: 100_000_000, maxFrames: 1000 };
const ALPHA = "urn:mpeg:mpegB:cicp:systems:auxiliary:alpha";

const factsOf = (file: Uint8Array) => headerOfHeif(readerOfBytes(file), "avif");
const facts = (parts: HeifParts) => factsOf(heif(parts));

test("2,000 items are taken, more are not", async () => {
  const items = (count: number) =>
    Array.from({ length: count - 1 }, () => ["av01", []] as const);
  await facts({ items: items(2000) });
  await assert.rejects(facts({ items: items(2001) }), {
    code: "image_too_large",
    context: { limit: 2000 },
  });
});

test("an index of a megabyte is taken, a longer one is not, whatever fills it", async () => {
  const profile = (bytes: number) =>
    boxBytes("colr", Buffer.from("prof"), new Uint8Array(bytes));
  await facts({ properties: [ispe(64, 48), profile(1_000_000)] });
  const long = [
    { properties: [ispe(64, 48), profile(1_048_576)] },
    { boxes: [boxBytes("uuid", new Uint8Array(1_048_576))] },
  ];
  for (const parts of long) {
    await assert.rejects(facts(parts), {
      code: "image_too_large",
      context: { limit: 1_048_576 },
    });
  }
});

test("pictures that lie in the index do not count as index", async () => {
  await facts({ boxes: [boxBytes("idat", new Uint8Array(2_000_000))] });
});

const tangles: readonly (readonly [string, HeifParts])[] = [
  [
    "50,000 properties",
    { boxes: [boxBytes("iprp", ...many(50_000, boxBytes("free")))] },
  ],
  [
    "an item that is given the same property over and over",
    {
      properties: Array.from({ length: 200 }, () => ispe(8, 8)),
      boxes: [associations(many(2, entry(1, 200)))],
    },
  ],
  [
    "60,000 associations",
    {
      boxes: [
        associations(
          Array.from({ length: 240 }, (_, at) => entry(at + 2, 250)),
        ),
      ],
    },
  ],
  ["a grid of itself", { type: "grid", references: [["dimg", 1, 1]] }],
  [
    "a picture in a picture in a picture, and so on",
    {
      type: "iden",
      items: many(6, ["iden", [ispe(8, 8)]] as const),
      references: many(6, 0).map((_, at) => ["dimg", at + 1, at + 2] as const),
    },
  ],
  [
    "an alpha plane that is its picture's picture",
    {
      properties: [ispe(64, 48), auxC(ALPHA)],
      references: [["auxl", 1, 1]],
    },
  ],
];
for (const [name, parts] of tangles) {
  test(`${name}: an invalid image`, async () => {
    await assert.rejects(facts(parts), { code: "invalid_image" });
  });
}

test("parts count as often as they are used, and as large as they are", async () => {
  const grid = await facts({
    type: "grid",
    properties: [ispe(100, 60)],
    items: [["av01", [ispe(64, 64)]]],
    references: [
      ["dimg", 1, 2],
      ["dimg", 1, 2],
    ],
  });
  assert.equal(grid.scannedPixels, 6000 + 2 * 4096);
  const chain = await facts({
    type: "iovl",
    items: [
      ["iovl", [ispe(10, 10)]],
      ["av01", [ispe(20_000, 20_000)]],
    ],
    references: [
      ["dimg", 1, 2],
      ["dimg", 2, 3],
    ],
  });
  assert.equal(chain.codedPixels, 400_000_000);
  assert.throws(() => judge(chain, LIMITS), { code: "image_too_large" });
});

test("overlays of overlays, ten of ten of ten, are added up, not followed one by one", async () => {
  const overlay = ["iovl", [ispe(5000, 5000)]] as const;
  const found = await facts({
    type: "iovl",
    items: [overlay, overlay, ["av01", [ispe(5000, 5000)]]],
    references: [1, 2, 3].flatMap((from) =>
      many(10, ["dimg", from, from + 1] as const),
    ),
  });
  assert.ok((found.scannedPixels ?? 0) > 1000 * 25_000_000);
  assert.throws(() => judge(found, LIMITS), { code: "image_too_large" });
});

test("an alpha plane counts, however large it is beside its picture", async () => {
  const found = await facts({
    properties: [ispe(64, 48)],
    items: [["av01", [ispe(20_000, 20_000), auxC(ALPHA)]]],
    references: [["auxl", 2, 1]],
  });
  assert.equal(found.hasAlpha, true);
  assert.equal(found.codedPixels, 400_000_000);
});

test("a gain map is not decoded, and does not count", async () => {
  const found = await facts({
    properties: [ispe(64, 48)],
    items: [
      [
        "av01",
        [ispe(20_000, 20_000), auxC("urn:com:apple:photo:2020:aux:hdrgainmap")],
      ],
    ],
    references: [["auxl", 2, 1]],
  });
  assert.equal(found.codedPixels, 64 * 48);
});

function many<T>(length: number, each: T): T[] {
  return Array.from({ length }, () => each);
}

/** An iprp box that gives items properties by these entries. */
function associations(entries: readonly Uint8Array[]): Uint8Array {
  return boxBytes(
    "iprp",
    boxBytes("ipco", ispe(64, 48)),
    fullBoxBytes("ipma", 0, numbers(4, entries.length), ...entries),
  );
}

function entry(item: number, links: number): Uint8Array {
  const list = new Uint8Array(links).fill(1);
  return Buffer.concat([numbers(2, item), Uint8Array.of(links), list]);
}
