// Claims about what is foretold of a JPEG XL: how near it comes to what is made, and that it declines what the strategies decline, in their words.

import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import sharp from "sharp";

import type { OptimizeIntent } from "../../image/intent.ts";
import type { Forecast } from "../codec.ts";
import {
  benchIn,
  foretellStrategy,
  optimizing,
  runStrategy,
} from "../strategy.fixture.ts";
import { back } from "./back.ts";
import { header } from "./header.ts";
import { encoded, pictureFile, withoutTools } from "./jxl.fixture.ts";
import { pnmOf, stackPnm } from "./pnm.ts";

const skip = withoutTools;
const folder = await mkdtemp(join(tmpdir(), "jxl-forecast-test-"));
after(() => rm(folder, { recursive: true }));

const bench = benchIn(folder, new Set(["sharp", "cjxl", "djxl"]));
const row = { back, header };
const SHAPE = { width: 320, height: 240, channels: 3 } as const;

/** A PNG of waves with grain that nothing foresees. */
async function grainy(width: number, height: number): Promise<string> {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, at) => {
    const [x, y] = [Math.floor(at / 3) % width, Math.floor(at / 3 / width)];
    const grain = (Math.imul(at ^ (at >>> 7), 2_654_435_761) >>> 24) / 8;
    return 110 + 70 * Math.sin(x / 11 + (at % 3) + y / 17) + grain;
  });
  const path = bench.scratch("grainy.png");
  await sharp(data, { raw: { width, height, channels: 3 } }).toFile(path);
  return path;
}

const photo = skip ? "" : await pictureFile(folder, SHAPE, "photo.png");
const lossy = skip
  ? null!
  : encoded(await grainy(640, 320), "-d", "0.3", "-e", "3");
const exact = skip
  ? null!
  : encoded(await grainy(320, 240), "-d", "0", "-e", "1");

/** Too little for the whole of a picture, whatever the machine. */
const LITTLE_MS = 105;

function foretell(
  name: string,
  input: Uint8Array,
  intent: OptimizeIntent,
  budgetMs = LITTLE_MS,
): Promise<Forecast | string> {
  return foretellStrategy(row, name, input, intent, bench, budgetMs);
}

const CASES = [
  { name: "jxl-reencode", input: lossy, of: "a lossy file" },
  { name: "jxl-lossless", input: exact, of: "a lossless file" },
];

for (const { name, input, of } of CASES) {
  test(
    `${name} of ${of} is told within a quarter before anything is fitted`,
    { skip },
    async () => {
      const intent = optimizing(75);
      const told = await foretell(name, input, intent);
      const made = await runStrategy(row, name, input, intent, bench);
      assert.ok(
        typeof told === "object" && typeof made === "object",
        `${told as string} ${made as string}`,
      );
      assert.equal(told.isWhole, false, "the premise: it was sampled");
      const ratio = (told.pixelBytes + told.besideBytes) / made.bytes.length;
      assert.ok(Math.abs(ratio - 1) < 0.25, `${ratio}`);
    },
  );

  test(
    `${name} of ${of} is told to the byte where there is time for all of it`,
    { skip },
    async () => {
      const intent = optimizing(75);
      const told = await foretell(name, input, intent, 20_000);
      const made = await runStrategy(row, name, input, intent, bench);
      assert.ok(typeof told === "object" && typeof made === "object");
      assert.equal(told.isWhole, true);
      assert.equal(told.pixelBytes + told.besideBytes, made.bytes.length);
    },
  );
}

const DECLINED = [
  { reason: "little-gain", options: ["-d", "2.2", "-e", "3"], look: 75 },
  { reason: "transcoded-jpeg", options: [], look: 80, from: "photo.jpg" },
] as const;

for (const { reason, options, look, ...rest } of DECLINED) {
  test(
    `${reason}: what jxl-reencode declines is not foretold either`,
    { skip },
    async () => {
      const path =
        "from" in rest ? await pictureFile(folder, SHAPE, rest.from) : photo;
      const input = encoded(path, ...options);
      const intent = optimizing(look);
      const made = await runStrategy(row, "jxl-reencode", input, intent, bench);
      assert.equal(made, reason, "the premise");
      assert.equal(
        await foretell("jxl-reencode", input, intent, 20_000),
        reason,
      );
    },
  );
}

test(
  "a profile counts with the bytes that it takes in a codestream",
  { skip },
  async () => {
    const png = bench.scratch("profile.png");
    await sharp(await readFile(photo))
      .withIccProfile("p3")
      .png()
      .toFile(png);
    const input = encoded(png, "-d", "0", "-e", "1");
    const told = await foretell("jxl-lossless", input, optimizing(75), 20_000);
    const made = await runStrategy(
      row,
      "jxl-lossless",
      input,
      optimizing(75),
      bench,
    );
    assert.ok(typeof told === "object" && typeof made === "object");
    const bytes = told.pixelBytes + told.besideBytes;
    assert.ok(
      Math.abs(bytes - made.bytes.length) <= 8,
      `${bytes} ${made.bytes.length}`,
    );
  },
);

for (const channels of [1, 2, 3, 4] as const) {
  for (const isDeep of [false, true]) {
    test(`${channels} channels of ${isDeep ? 16 : 8} bits are written as they are read`, async () => {
      const length = 7 * 5 * channels;
      const data = isDeep
        ? Uint16Array.from({ length }, (_, at) => at * 577)
        : Uint8Array.from({ length }, (_, at) => at * 3);
      const read = stackPnm([pnmOf({ data, width: 7, height: 5, channels })]);
      assert.deepEqual(
        [read.width, read.height, read.channels],
        [7, 5, channels],
      );
      assert.deepEqual([...read.data], [...data]);
    });
  }
}
