// Claims about HEIC in the children: two decoders that agree, and smaller files that keep what they were.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import sharp from "sharp";

import { probeEngines } from "../../engines/probe.ts";
import { abilitiesOf } from "../../image/engine-report.ts";
import type { Facts } from "../../image/facts.ts";
import type { OptimizeIntent } from "../../image/intent.ts";
import type { Candidate } from "../codec.ts";
import { readCorpus, withoutCorpus } from "../containers/corpus.fixture.ts";
import { readerOfBytes } from "../containers/reader.ts";
import { benchIn, optimizing, runStrategy } from "../strategy.fixture.ts";
import { back } from "./back.ts";
import { header } from "./header.ts";
import { strategies } from "./strategies.ts";

const folder = await mkdtemp(join(tmpdir(), "heic-back-test-"));
after(() => rm(folder, { recursive: true }));

const engines = abilitiesOf(await probeEngines());
const withoutVips = engines.has("vips:heifload") ? false : "no vips with HEIC";
const withoutEncoder = engines.has("heif-enc:x265") ? false : "no heif-enc";

const factsOf = (file: Uint8Array): Promise<Facts> =>
  header(readerOfBytes(file));

/** 8-bit sRGB, as /convert would show it. */
async function shown(file: Uint8Array, ability: string): Promise<Buffer> {
  const path = join(folder, "shown.heic");
  await writeFile(path, file);
  const bench = benchIn(folder, new Set([ability]));
  const decoded = await back.decode(path, await factsOf(file), bench);
  return sharp(decoded.path).toColourspace("srgb").raw().toBuffer();
}

const run = (
  name: string,
  input: Uint8Array,
  intent: OptimizeIntent,
): Promise<Candidate | string> =>
  runStrategy({ back, header }, name, input, intent, benchIn(folder, engines));

for (const name of [
  "stonehenge.heic",
  "rgb-10bit.heif",
  "rgba-12bit.heif",
  "iphone-img5195.heic",
]) {
  test(
    `${name}: vips and libheif-js differ by less than one level`,
    { skip: withoutCorpus || withoutVips },
    async () => {
      const file = readCorpus(`heic/${name}`);
      const a = await shown(file, "vips:heifload");
      const b = await shown(file, "libheif-js");
      assert.equal(a.length, b.length);
      let sum = 0;
      for (let index = 0; index < a.length; index++)
        sum += Math.abs(a[index]! - b[index]!);
      assert.ok(sum / a.length < 1, `${sum / a.length}`);
    },
  );
}

test(
  "what is no HEIC to libheif-js is an invalid image",
  { skip: withoutCorpus },
  async () => {
    const file = readCorpus("heic/stonehenge.heic");
    const cut = file.subarray(0, file.length / 3);
    await assert.rejects(shown(cut, "libheif-js"), { code: "invalid_image" });
  },
);

test(
  "stripped coded data decode to the same pixels",
  { skip: withoutCorpus },
  async () => {
    for (const name of ["stonehenge.heic", "rgba-12bit.heif"]) {
      const file = readCorpus(`heic/${name}`);
      const bare = await run("metadata-strip", file, optimizing(60));
      assert.ok(typeof bare === "object");
      const [a, b] = [
        await shown(file, "libheif-js"),
        await shown(bare.bytes, "libheif-js"),
      ];
      assert.ok(a.equals(b), name);
    }
  },
);

for (const name of ["stonehenge.heic", "rgb-10bit.heif", "rgba-12bit.heif"]) {
  test(
    `${name}: coded again it keeps size, depth and alpha, and is not coded a third time`,
    { skip: withoutCorpus || withoutEncoder },
    async () => {
      const file = readCorpus(`heic/${name}`);
      const before = await factsOf(file);
      const result = await run("heic-reencode", file, optimizing(60));
      assert.ok(typeof result === "object");
      const facts = await factsOf(result.bytes);
      for (const key of ["width", "height", "bitDepth", "hasAlpha"] as const)
        assert.equal(facts[key], before[key], key);
      assert.ok(result.bytes.length < file.length);
      const [, again] = strategies;
      assert.equal(again?.applies(facts, optimizing(60)), "source-quality");
    },
  );
}

test(
  "pictures beside the primary are not given up",
  { skip: withoutCorpus },
  async () => {
    const file = readCorpus("heic/libheif-example.heic");
    assert.equal(
      await run("heic-reencode", file, optimizing(40)),
      "other-pictures",
    );
  },
);

for (const [width, height] of [
  [1, 1],
  [33, 17],
  [64, 64],
] as const) {
  test(
    `${width} × ${height} is made into HEIC of that size`,
    { skip: withoutEncoder },
    async () => {
      const [png, heic] = [join(folder, "in.png"), join(folder, "out.heic")];
      const create = {
        width,
        height,
        channels: 3,
        background: "#c04020",
      } as const;
      await sharp({ create }).png().toFile(png);
      const encoding = back.encoding?.(
        {
          verb: "convert",
          target: "heic",
          quality: { scale: "encoder", value: 50 },
          background: [255, 255, 255, 255],
          stripMetadata: true,
          sharpen: "none",
          resize: "fast",
          encoding: { speed: 6, depth: 8, chroma: "420", lossless: false },
        },
        { width, height, hasAlpha: false, frames: 1 },
        benchIn(folder, engines),
      );
      assert.ok(encoding?.engine === "command");
      await encoding.run(png, heic, benchIn(folder, engines));
      const facts = await factsOf(new Uint8Array(await readFile(heic)));
      assert.deepEqual([facts.width, facts.height], [width, height]);
    },
  );
}
