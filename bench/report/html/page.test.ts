// Claims about the whole page: that it is one well-formed document, loads nothing, lets no name in but as text, and shows the figures of its results.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

import { SaxesParser } from "saxes";
import type { SaxesTagPlain } from "saxes";

import type { CurveSet } from "../../curves/curve.ts";
import type { BenchResult } from "../../run/result.ts";
import type { Crop } from "../../score/crop.ts";
import type { Exhibit } from "./exhibit.ts";
import { materialOf } from "./material.ts";
import { HOSTILE, made, result, run } from "./page.fixture.ts";
import { htmlPage } from "./page.ts";

const MIB = 1024 ** 2;

function curveSet(file: string): CurveSet {
  const contestants = [
    ["darkroom", "ours", 1],
    [HOSTILE, "peer", 2],
  ] as const;
  return {
    file,
    curves: contestants.map(([contestant, kind, scale]) => ({
      contestant,
      kind,
      output: HOSTILE,
      failures: [`40: ${HOSTILE}`],
      points: [50, 75, 95].map((score) => ({
        quality: score,
        score,
        bytes: scale * 100 * score,
        cpuMs: 1,
        wallMs: 1,
      })),
    })),
  };
}

/** One of everything, with a hostile word wherever a result has words. */
const FULL = [
  result("quick", {
    commit: HOSTILE,
    cases: [
      made(HOSTILE, "low", 8000, 100),
      made(HOSTILE, HOSTILE, 4000, 62.5, { format: HOSTILE, bucket: HOSTILE }),
      made("b.jpg", "low", 7000, 80),
      made("b.jpg", HOSTILE, 1000, 41),
      made(`${HOSTILE}2`, "low", null, null),
    ],
    skipped: [{ file: HOSTILE, format: HOSTILE, reason: HOSTILE }],
    peers: [
      {
        name: HOSTILE,
        formats: ["jpeg"],
        version: null,
        skipped: HOSTILE,
        startCpuMs: null,
      },
    ],
    accuracy: [
      {
        file: HOSTILE,
        format: HOSTILE,
        preset: HOSTILE,
        path: "sample",
        absoluteErrorPercent: 7.5,
      },
    ],
    load: {
      concurrency: 4,
      seconds: 10,
      mix: {},
      wallSeconds: 10,
      requests: [
        {
          kind: HOSTILE,
          file: HOSTILE,
          atMs: 0,
          ms: 250,
          status: 200,
          queueMs: 5,
          reason: null,
        },
      ],
      health: { idleMs: [], loadedMs: [] },
      memory: [],
      cpuMs: null,
      reference: [],
    },
  }),
  result("quality", { curves: [curveSet(HOSTILE), curveSet("b")] }),
  result("timing", {
    cases: [
      made(HOSTILE, "low", 1, null, { runs: [run(120), run(140), run(160)] }),
    ],
  }),
  result("memory", {
    cases: [made(HOSTILE, "low", 1, null, { runs: [run(1, 333 * MIB)] })],
  }),
];

const CROP: Crop = {
  left: 16,
  top: 8,
  width: 100,
  height: 50,
  frame: 2,
  frames: 9,
  pictureWidth: 640,
  pictureHeight: 480,
  score: 31.25,
  before: "QkVGT1JF",
  after: "QUZURVI=",
};
const MATERIAL = materialOf(FULL);
const EXHIBITS: Exhibit[] = [
  { item: MATERIAL.cases[1]!, shown: { crop: CROP, bytes: 4001 } },
  { item: MATERIAL.cases[3]!, shown: { unavailable: HOSTILE } },
];
const PAGE = htmlPage(MATERIAL, EXHIBITS);
const EMPTY = htmlPage(materialOf([result("quick")]), []);

type Element = SaxesTagPlain & { text: string };

/** Every element with the text within it. Throws where the page is not well-formed. */
function elementsOf(page: string): Element[] {
  const elements: Element[] = [];
  const open: Element[] = [];
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", (tag) => {
    const element = { ...tag, text: "" };
    elements.push(element);
    open.push(element);
  });
  parser.on("text", (text) => {
    for (const element of open) element.text += text;
  });
  parser.on("closetag", () => open.pop());
  parser.write(page).close();
  return elements;
}

const ELEMENTS = elementsOf(PAGE);
const attribute = (name: string): string[] =>
  ELEMENTS.flatMap(({ attributes }) => attributes[name] ?? []);

/** Rows of all tables, "|" between their cells. */
const ROWS = ELEMENTS.map(({ name }, at) => {
  if (name !== "tr") return "";
  const after = ELEMENTS.slice(at + 1);
  const end = after.findIndex((element) => !/^t[hd]$/.test(element.name));
  const cells = end < 0 ? after : after.slice(0, end);
  return cells.map((cell) => cell.text.replaceAll("\u00a0", " ")).join("|");
}).filter((row) => row !== "");

for (const [name, page] of [
  ["full", PAGE],
  ["empty", EMPTY],
] as const) {
  test(`the ${name} page is well-formed, with one heading and no id twice`, () => {
    const elements = elementsOf(page);
    const ids = elements.flatMap(({ attributes }) => attributes["id"] ?? []);
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(elements.filter(({ name: tag }) => tag === "h1").length, 1);
    for (const { attributes } of elements.filter(
      ({ name: tag }) => tag === "a",
    )) {
      assert.ok(ids.includes((attributes["href"] ?? "").slice(1)));
    }
  });
}

test("a hostile name adds no element, no handler and no address", () => {
  const names = new Set(ELEMENTS.map(({ name }) => name));
  const images = ELEMENTS.filter(({ name }) => name === "img");
  assert.equal(ELEMENTS.filter(({ name }) => name === "script").length, 1);
  assert.equal(images.length, 2);
  for (const banned of ["link", "iframe", "object", "embed", "base", "form"])
    assert.ok(!names.has(banned), banned);
  for (const { attributes } of ELEMENTS)
    for (const name of Object.keys(attributes))
      assert.doesNotMatch(name, /^on|^style$|^srcset$|^xlink/);
  for (const source of attribute("src")) assert.match(source, /^data:image\//);
  for (const target of attribute("href")) assert.match(target, /^#[a-z-]+$/);
  for (const sign of "\u0000\u202e") assert.ok(!PAGE.includes(sign));
});

test("the page names no address that anything could be fetched from", () => {
  const ours = EMPTY.replaceAll("data:image/webp", "");
  assert.doesNotMatch(ours, /https?:|\/\/[a-z]|@import|url\(/i);
});

test("a hostile name is there, as text", () => {
  const [h3] = ELEMENTS.filter(({ name }) => name === "bdi");
  const shown = HOSTILE.replace("\u0000\u202E", "\ufffd\ufffd");
  assert.equal(h3?.text, shown.replace("\ud800", "\ufffd"));
});

test("the policy forbids all but this style, this script and pictures within", () => {
  const [policy] = ELEMENTS.filter(
    ({ attributes }) => attributes["http-equiv"] === "Content-Security-Policy",
  );
  const hash = (tag: string): string => {
    const text = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(PAGE)?.[1] ?? "";
    return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  };
  assert.equal(
    policy?.attributes["content"],
    `default-src 'none'; img-src data:; style-src ${hash("style")}; script-src ${hash("script")}; base-uri 'none'; form-action 'none'`,
  );
  assert.ok(PAGE.indexOf("Content-Security-Policy") < PAGE.indexOf("<style"));
});

test("figures of the results are the figures of the tables", () => {
  for (const cells of [
    // Of JPEG at low: 8000 and 7000 of 10,000 bytes twice, so 20 and 30 %.
    ["JPEG low", "2", "25.0 %", "22.5 %", "27.5 %", "25.0 %"],
    // Scores at low: one equal, and one of 80.
    ["low", "2", "1", "1", "80.0", "80.0", "80.0", "80.0"],
    ["tiny", "9.8 KiB to 9.8 KiB", "1", "3", "140 ms", "158 ms"],
    // 5000, and between 5000 at 50 and 7500 at 75 linear in the logarithm.
    ["darkroom", "4.9 KiB", "5.7 KiB", "6.8 KiB"],
    ["JPEG", "1", "333 MiB", "333 MiB", "0 B"],
  ]) {
    const text = cells.join("|");
    assert.ok(
      ROWS.some((row) => row.startsWith(text)),
      `${text} is not in\n${ROWS.join("\n")}`,
    );
  }
});

test("a picture says what it shows, at which size, and that it was made again", () => {
  const [card] = ELEMENTS.filter(({ name }) => name === "article");
  const text = card?.text.replace(/\s+/g, " ") ?? "";
  for (const words of [
    "62.5 score",
    "9.8 KiB → 3.9 KiB",
    "at 300 %: frame 3 of 9, 100 × 50 at 16, 8 of 640 × 480. Score there: 31.3.",
    "4,001 bytes instead of the 4,000 bytes measured",
  ]) {
    assert.ok(text.includes(words), `${words} is not in ${text}`);
  }
  const images = ELEMENTS.filter(({ name }) => name === "img");
  const sizes = images.map(({ attributes }) => [
    attributes["width"],
    attributes["height"],
  ]);
  assert.deepEqual(
    images.map(({ attributes }) => attributes["src"]),
    [CROP.before, CROP.after].map((data) => `data:image/webp;base64,${data}`),
  );
  assert.deepEqual(sizes, [
    ["300", "150"],
    ["300", "150"],
  ]);
});

test("what was not measured is said, with the command that measures it", () => {
  const bare = elementsOf(EMPTY);
  const absent = bare.filter(
    ({ attributes }) => attributes["class"] === "absent",
  );
  assert.equal(absent.length, 7);
  for (const { text } of absent) assert.match(text, /npm run bench -- /);
  assert.ok(!bare.some(({ name }) => name === "svg"));
});

test("every chart is described, and has its figures as a table beside it", () => {
  const charts = ELEMENTS.filter(({ name }) => name === "svg");
  assert.ok(charts.length > 10);
  for (const { attributes } of charts) {
    assert.equal(attributes["role"], "img");
    assert.ok((attributes["aria-label"] ?? "").length > 10);
    for (const value of Object.values(attributes)) {
      assert.doesNotMatch(value, /NaN|Infinity|undefined/);
    }
  }
  assert.doesNotMatch(PAGE, /[MHVL" ](NaN|-?Infinity|undefined)/);
  const figures = PAGE.split("<figure><figcaption><h3>").slice(1);
  for (const one of figures) assert.match(one, /<details>.*<table>/s);
});

test("results of several commits are told from results of one", () => {
  const says = /different commits/;
  const other = { ...result("timing"), commit: "def" } satisfies BenchResult;
  assert.doesNotMatch(EMPTY, says);
  assert.match(htmlPage(materialOf([result("quick"), other]), []), says);
});
