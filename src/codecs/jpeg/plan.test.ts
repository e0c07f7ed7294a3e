// Claims about JPEG settings: they rise with the quality asked for, whichever scale it is on, and hold at its ends.

import assert from "node:assert/strict";
import { test } from "node:test";

import { noise } from "../noise.fixture.ts";
import type { Facts } from "../../image/facts.ts";
import { readerOfBytes } from "../containers/reader.ts";
import { header } from "./header.ts";
import { looksAsAsked, mozjpegSettings, turboSettings } from "./plan.ts";

const encoders = { turbo: turboSettings, mozjpeg: mozjpegSettings } as const;

for (const [name, settings] of Object.entries(encoders)) {
  for (const scale of ["encoder", "look"] as const) {
    test(`${name}: quality rises with what is asked on the ${scale} scale, within 1 to 100`, () => {
      const lowest = scale === "encoder" ? 0 : 1;
      const values = Array.from(
        { length: 101 - lowest },
        (_, step) => step + lowest,
      );
      const found = values.map((value) => settings({ scale, value }).quality);
      // Where trellis ends, mozjpeg's own scale begins anew.
      const sides = [found.slice(0, 80 - lowest), found.slice(80 - lowest)];
      for (const side of sides)
        assert.deepEqual(
          side,
          side.toSorted((a, b) => a - b),
        );
      assert.ok(
        found.every(
          (quality) =>
            Number.isInteger(quality) && quality >= 1 && quality <= 100,
        ),
      );
      assert.equal(found.at(-1), 100);
    });
  }

  test(`${name}: an encoder's number goes to the encoder as it stands`, () => {
    for (const value of [1, 50, 80, 100]) {
      assert.equal(settings({ scale: "encoder", value }).quality, value);
    }
  });

  test(`${name}: 0 is the encoder's lowest, which sharp would refuse`, () => {
    assert.equal(settings({ scale: "encoder", value: 0 }).quality, 1);
  });

  test(`${name}: half of the chroma is given up at low quality only`, () => {
    for (const [value, chroma] of [
      [40, "4:2:0"],
      [80, "4:2:0"],
      [95, "4:4:4"],
    ] as const) {
      assert.equal(
        settings({ scale: "encoder", value }).chromaSubsampling,
        chroma,
      );
    }
  });
}

test("one look is mozjpeg's own number as it was measured", () => {
  for (const [look, value] of [
    [40, 38],
    [60, 58],
    [75, 75],
    [79, 79],
    [80, 76],
    [85, 82],
    [90, 88],
  ] as const) {
    assert.equal(
      mozjpegSettings({ scale: "look", value: look }).quality,
      value,
    );
  }
});

test("a 4:4:4 source stays so from 80 on; no other becomes it", () => {
  const rows = [
    ["444", 80, "4:4:4"],
    ["444", 79, "4:2:0"],
    ["420", 100, "4:2:0"],
    ["422", 95, "4:2:0"],
  ] as const;
  for (const [chroma, value, wanted] of rows) {
    const { chromaSubsampling } = mozjpegSettings(
      { scale: "look", value },
      { chroma },
    );
    assert.equal(chromaSubsampling, wanted, `${chroma} at ${value}`);
  }
});

test("trellis is spared from 80 on, where it saves nothing", () => {
  for (const value of [40, 79, 80, 95]) {
    const settings = mozjpegSettings({ scale: "look", value });
    assert.equal(settings.trellisQuantisation, value < 80);
  }
});

for (const [source, asked, looks] of [
  [undefined, 80, false],
  [60, 80, true],
  [80, 80, true],
  [82, 80, true],
  [83, 80, false],
  [42, 40, true],
  [43, 40, false],
  [95, 80, false],
] as const) {
  test(`a source of quality ${source} ${looks ? "already looks" : "does not look"} as ${asked} asks`, () => {
    const facts = (
      source === undefined ? {} : { sourceQuality: source }
    ) as Facts;
    assert.equal(looksAsAsked(facts, { scale: "look", value: asked }), looks);
  });
}

test("what we made ourselves already looks as was asked, at every quality", async () => {
  const picture = noise(24, 24);
  for (let value = 1; value <= 100; value++) {
    const quality = { scale: "look", value } as const;
    const file = await picture
      .clone()
      .jpeg(mozjpegSettings(quality))
      .toBuffer();
    const facts = await header(readerOfBytes(file));
    assert.ok(
      looksAsAsked(facts, quality),
      `${value} reads back as ${facts.sourceQuality}`,
    );
  }
});
