// Claims about SVG in the children: sharp at every size, the same to look at when smaller, and never drawn when it would take for ever.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";

import sharp from "sharp";

import { ServiceError } from "../../errors.ts";
import type { OptimizeIntent } from "../../image/intent.ts";
import type { Candidate, OptimizeJob, WorkBench } from "../codec.ts";
import {
  corpusFiles,
  readCorpus,
  withoutCorpus,
} from "../containers/corpus.fixture.ts";
import { readerOfBytes } from "../containers/reader.ts";
import { back } from "./back.ts";
import { sized } from "./drawing.ts";
import { header } from "./header.ts";
import { difference } from "./proof.ts";

const folder = await mkdtemp(join(tmpdir(), "svg-"));
after(() => rm(folder, { recursive: true }));

let made = 0;
const warnings: string[] = [];
const bench: WorkBench = {
  scratch: (name) => join(folder, `${made++}-${name}`),
  engines: new Set(["sharp", "svgo"]),
  encoders: {},
  toolTimeoutMs: 10_000,
  warn: (token) => warnings.push(token),
};

const ROOT = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">';
const svg = (body: string): Uint8Array => Buffer.from(`${ROOT}${body}</svg>`);
const HALF = '<rect width="20.000001" height="20.0" fill="#ff0000"/>';

async function jobOf(
  input: Uint8Array,
  value = 80,
  stripMetadata = true,
): Promise<OptimizeJob> {
  const intent: OptimizeIntent = {
    verb: "optimize",
    quality: { scale: "look", value },
    stripMetadata,
    progressive: false,
    paletteLoss: "allowed",
    maxReductionPercent: null,
  };
  const facts = await header(readerOfBytes(input));
  return { input, inputPath: "", facts, intent, tolerance: "warning" };
}

async function run(name: string, job: OptimizeJob): Promise<Candidate> {
  const result = await back.run[name]!(job, bench);
  assert.ok(typeof result !== "string", `${name} declined`);
  return result;
}

for (const [width, height] of [
  [40, 20],
  [400, 200],
  [13, 7],
] as const) {
  test(`draws at ${width} × ${height}, sharp and with its alpha`, async () => {
    const path = bench.scratch("in.svg");
    const file = svg(HALF);
    await writeFile(path, file);
    const facts = await header(readerOfBytes(file));
    const decoded = await back.decode(path, facts, bench, { width, height });
    assert.deepEqual(decoded.size, { width, height });
    const { data, info } = await sharp(decoded.path)
      .raw()
      .toBuffer({ resolveWithObject: true });
    assert.deepEqual(
      [info.width, info.height, info.channels],
      [width, height, 4],
    );
    const edge = Math.floor(width / 2);
    const alphaAt = (x: number): number => data[x * 4 + 3]!;
    assert.equal(alphaAt(edge - 1), 255);
    assert.equal(alphaAt(edge + 1), 0);
  });
}

for (const [what, file] of Object.entries({
  "a long comment before the root": `<!--${"x".repeat(2000)}-->${ROOT}${HALF}</svg>`,
  "a prefix": `<s:svg xmlns:s="http://www.w3.org/2000/svg" width="9" height="9"><s:rect width="9" height="9"/></s:svg>`,
  "no namespace": `<svg width="9" height="9"><rect width="9" height="9"/></svg>`,
  "UTF-16": Buffer.from(`\ufeff${ROOT}${HALF}</svg>`, "utf16le"),
  "Latin-1": Buffer.from(
    `<?xml version="1.0" encoding="ISO-8859-1"?>${ROOT}<title>\xe9</title>${HALF}</svg>`,
    "latin1",
  ),
})) {
  test(`draws a file with ${what}`, async () => {
    const path = bench.scratch("in.svg");
    await writeFile(path, file);
    const facts = await header(readerOfBytes(Buffer.from(file)));
    const { path: drawn } = await back.decode(path, facts, bench);
    const { channels } = await sharp(drawn).stats();
    assert.equal(channels[3]?.max, 255);
  });
}

const ENDLESS: Readonly<Record<string, string>> = {
  "uses of uses": `${Array.from({ length: 9 }, (_, at) => `<g id="u${at + 1}">${`<use href="#u${at}"/>`.repeat(10)}</g>`).join("")}<g id="u0"><circle r="1"/></g>`,
  "patterns in patterns": `${Array.from({ length: 9 }, (_, at) => `<pattern id="p${at}" width="1" height="1">${`<rect width="9" height="9" fill="url(#p${at + 1})"/>`.repeat(10)}</pattern>`).join("")}<rect width="9" height="9" fill="url(#p0)"/>`,
  "a megabyte of text": `<text>${"x ".repeat(500_000)}</text>`,
};
for (const [what, body] of Object.entries(ENDLESS)) {
  test(`does not begin to draw ${what}`, async () => {
    const path = bench.scratch("in.svg");
    await writeFile(path, svg(body));
    const facts = await header(readerOfBytes(svg(body)));
    await assert.rejects(
      back.decode(path, facts, bench),
      (error) =>
        error instanceof ServiceError && error.code === "image_too_large",
    );
  });
}

test("what is drawn has been sanitized, and that is said", async () => {
  const path = bench.scratch("in.svg");
  const file = svg("<script/><image href='file:///etc/passwd'/>");
  await writeFile(path, file);
  warnings.length = 0;
  const decoded = await back.decode(
    path,
    await header(readerOfBytes(file)),
    bench,
  );
  assert.deepEqual(warnings, ["active-content-removed"]);
  const drawn = await sharp(decoded.path).stats();
  assert.ok(drawn.channels.every(({ max }) => max === 0));
});

test("a packed file that is clean keeps its bytes; one that is not is packed again", () => {
  const fine = gzipSync(svg(HALF), { level: 1 });
  assert.equal(back.sanitize!(fine, bench), fine);
  const clean = back.sanitize!(gzipSync(svg(`<script/>${HALF}`)), bench);
  assert.deepEqual(gunzipSync(clean), Buffer.from(svg(HALF)));
});

test("metadata go or stay as asked; titles and descriptions stay", async () => {
  const title = "<title>a</title><desc>b</desc>";
  const meta =
    "<metadata><d:rights xmlns:d='http://purl.org/dc/elements/1.1/'>c</d:rights></metadata><!-- d -->";
  const file = svg(title + meta + HALF);
  const stripped = await run("metadata-strip", await jobOf(file));
  assert.deepEqual(Buffer.from(stripped.bytes), svg(title + HALF));
  for (const strip of [true, false]) {
    const { bytes } = await run("svgo", await jobOf(file, 80, strip));
    const text = Buffer.from(bytes).toString();
    assert.ok(text.includes(title), text);
    for (const piece of ["rights", "<!--"])
      assert.equal(text.includes(piece), !strip, text);
  }
});

test("names, roles, animation and view box stay in what svgo made", async () => {
  const body = `<symbol id="s" viewBox="0 0 1 1"><path id="p" d="M0 0h1"/></symbol><g role="img" aria-label="l" id="g"/><rect width="5" height="5"><animate attributeName="x" from="0" to="9" dur="1s"/></rect>`;
  const { bytes } = await run("svgo", await jobOf(svg(body), 40));
  const text = Buffer.from(bytes).toString();
  for (const piece of [
    'id="s"',
    'id="p"',
    'id="g"',
    'role="img"',
    "aria-label",
    "<animate",
    "viewBox",
  ])
    assert.ok(text.includes(piece), `${piece}: ${text}`);
});

/** Each quality's length, from the highest down. */
async function lengthsOf(input: Uint8Array): Promise<number[]> {
  const lengths: number[] = [];
  for (const value of [80, 69, 49])
    lengths.push((await run("svgo", await jobOf(input, value))).bytes.length);
  return lengths;
}

test("a lower quality is never larger, though its rounding shows", async () => {
  // Two digits move this by half a pixel of the drawing that is judged; three do not.
  const points = Array.from({ length: 60 }, (_, at) =>
    [10 + 9.5 * Math.cos(at), 10 + 9.5 * Math.sin(at * 1.7)].join(),
  );
  const file = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"><path fill="none" stroke="#000" stroke-width=".1" d="M${points.join("L")}"/></svg>`,
  );
  const [high, middle, low] = await lengthsOf(file);
  assert.ok(middle! < high!, "premise");
  assert.equal(low, middle);
});

const files = corpusFiles("svg").filter(({ expect }) => expect === "decode");
for (const value of [40, 75]) {
  test(
    `real files at quality ${value}: smaller, the same to look at, and stable`,
    { skip: withoutCorpus },
    async () => {
      assert.ok(files.length > 15, "premise");
      for (const { file } of files) {
        const input = back.sanitize!(readCorpus(file), bench);
        // Large ones take the time of all others together.
        if (input.length > 50_000) continue;
        const job = await jobOf(input, value);
        const { bytes } = await run("svgo", job);
        const facts = await header(readerOfBytes(bytes));
        assert.deepEqual(
          [facts.width, facts.height],
          [job.facts.width, job.facts.height],
          file,
        );
        const again = await run("svgo", await jobOf(bytes, value));
        assert.ok(again.bytes.length >= bytes.length, file);
        if (file.endsWith("z")) continue;
        const size = { width: 700, height: 500 };
        const draw = (text: Uint8Array) =>
          sharp(Buffer.from(sized(Buffer.from(text).toString(), size)))
            .ensureAlpha()
            .raw()
            .toBuffer();
        const { mean, off } = difference(await draw(input), await draw(bytes));
        // All steps together may go twice as far as one (rounded.ts).
        assert.ok(mean < 0.5 && off < 0.0015, `${file}: ${mean} ${off}`);
      }
    },
  );
}

test(
  "real files are never larger at a lower quality",
  { skip: withoutCorpus },
  async () => {
    for (const { file } of files) {
      const input = back.sanitize!(readCorpus(file), bench);
      if (input.length > 50_000) continue;
      const [high, middle, low] = await lengthsOf(input);
      const says = `${file}: ${high} ${middle} ${low}`;
      assert.ok(middle! <= high! && low! <= middle!, says);
    }
  },
);
