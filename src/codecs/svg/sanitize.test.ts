// Claims about sanitizing: what must never come through, what must, and that doing it twice changes nothing.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

import { ServiceError } from "../../errors.ts";
import { decodeText } from "./encoding.ts";
import { isGzip, unpack } from "./gzip.ts";
import { sanitized } from "./sanitize.ts";

const ROOT =
  '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">';
const svg = (body: string): string => `${ROOT}${body}</svg>`;
const clean = (body: string): string => {
  const once = sanitized(svg(body));
  assert.equal(sanitized(once), once);
  return once.slice(ROOT.length, -"</svg>".length);
};

const AWAY: Readonly<Record<string, readonly [before: string, after: string]>> =
  {
    "a script": ["<g><script>a()</script></g>", "<g></g>"],
    "a handler": ["<g onclick='a()' id='g'/>", "<g id='g'/>"],
    "foreign content": [
      "<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'/></foreignObject>",
      "",
    ],
    "an element under a prefix": [
      "<s:script xmlns:s='http://www.w3.org/2000/svg'/>",
      "",
    ],
    "an address with a script": [
      "<a href='java&#9;script:a()'>x</a>",
      "<a>x</a>",
    ],
    "an external image": ["<image href='//x/y.png'/>", "<image/>"],
    "an SVG within an address": [
      "<image href='data:image/svg+xml;base64,AA=='/>",
      "<image/>",
    ],
    "a base for addresses": ["<g xml:base='javascript:a()//'/>", "<g/>"],
    "an external paint": ["<g fill='url(//x#y)'/>", "<g/>"],
    "an escaped url": [
      "<g style='fill:u\\72l(//x#y);stroke:red'/>",
      "<g style='stroke:red'/>",
    ],
    "an import": [
      "<style>@import 'x.css';a{fill:red}</style>",
      "<style>a{fill:red}</style>",
    ],
    "an escaped import": [
      "<style>@\\69mport 'x.css';a{fill:red}</style>",
      "<style>a{fill:red}</style>",
    ],
    "an image set": [
      "<style>a{fill:image-set('x' 1x);stroke:red}</style>",
      "<style>a{stroke:red}</style>",
    ],
    "a rule in a rule": [
      "<style>@media print{a{fill:url(x)}b{fill:red}}</style>",
      "<style>@media print{a{}b{fill:red}}</style>",
    ],
    "a style sheet in pieces": [
      "<style>a{b:c}<![CDATA[@import url(x);]]>d{e:f}</style>",
      "<style>a{b:c}d{e:f}</style>",
    ],
    "an animated address": [
      "<a><animate attributeName='href' to='#x'/></a>",
      "<a></a>",
    ],
    "an animated handler": ["<set attributeName='onclick' to='a()'/>", ""],
    "an instruction": ["<?php x?><g/>", "<g/>"],
    "a comment with markup": ["<!-- <img> --><g/>", "<g/>"],
    "markup in CDATA": [
      "<text><![CDATA[<img>]]></text>",
      "<text>&lt;img></text>",
    ],
  };
for (const [what, [before, after_]] of Object.entries(AWAY)) {
  test(`${what} goes, and nothing else`, () => {
    assert.equal(clean(before), after_);
  });
}

for (const kept of [
  "<animate attributeName='x' from='0' to='9'/>",
  "<animateTransform attributeName='transform' type='rotate' values='0;90'/>",
  "<use xlink:href='#a'/>",
  "<g fill='url(#g)' filter='url( \"#f\" )'/>",
  "<image href='data:image/png;base64,iVBO'/>",
  "<style>.a:not(.b)>c{fill:rgb(1,2,3);transform:rotate(4deg)}</style>",
  "<g style='font-family:&quot;A B&quot;;fill:#000' aria-label='f(x): y' data-x='1'/>",
  "<title>a &amp; b</title><!-- made by hand -->",
  "<metadata><r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/></metadata>",
]) {
  test(`stays as it is: ${kept.slice(0, 60)}`, () => {
    assert.equal(clean(kept), kept);
  });
}

test("entities are written out, and their DOCTYPE goes", () => {
  const file = `<!DOCTYPE svg [<!ENTITY a 'fill:&b;;'><!ENTITY b "red">]>${svg("<g style='&a;'/>")}`;
  assert.equal(sanitized(file), svg("<g style='fill:red;'/>"));
});

const REFUSED: Readonly<Record<string, string>> = {
  "another root": "<html/>",
  "a second root": `${svg("")}<script/>`,
  "an attribute twice": svg("<g a='1' a='2'/>"),
  "an unknown entity": svg("&nbsp;"),
  "an entity within itself": `<!DOCTYPE svg [<!ENTITY a '&b;'><!ENTITY b '&a;'>]>${svg("&a;")}`,
  "300 levels": svg("<g>".repeat(300) + "</g>".repeat(300)),
  "600 attributes": svg(
    `<g ${Array.from({ length: 600 }, (_, at) => `a${at}=''`).join(" ")}/>`,
  ),
  "entities of a gigabyte": `<!DOCTYPE svg [<!ENTITY a0 'lololololo'>${Array.from({ length: 9 }, (_, at) => `<!ENTITY a${at + 1} '${`&a${at};`.repeat(10)}'>`).join("")}]>${svg("&a9;")}`,
};
for (const [what, file] of Object.entries(REFUSED)) {
  test(`refuses ${what}`, () => {
    assert.throws(
      () => sanitized(file),
      (error) =>
        error instanceof ServiceError &&
        ["invalid_image", "image_too_large"].includes(error.code),
    );
  });
}

const HOSTILE = fileURLToPath(
  new URL("../../../../shared/hostile/", import.meta.url),
);
const skip = existsSync(HOSTILE)
  ? false
  : "the hostile files' scripts (../shared/hostile) are not here";
const folder = await mkdtemp(join(tmpdir(), "svg-"));
after(() => rm(folder, { recursive: true }));

const MAX_CHECKED = 20_000;

interface Row {
  readonly name: string;
  readonly expect: string;
  readonly keep: readonly string[];
}

test(
  "of all generated attacks nothing is found by another reader, and what is benign stays",
  { skip },
  async () => {
    execFileSync("python3", [`${HOSTILE}gen_svg.py`, "--out", folder], {
      stdio: "ignore",
    });
    const rows = JSON.parse(
      readFileSync(join(folder, "manifest.json"), "utf8"),
    ) as readonly Row[];
    assert.ok(rows.length > 200, "premise");
    const made: string[] = [];
    mkdirSync(join(folder, "clean"));
    for (const { name, expect, keep } of rows) {
      const file = new Uint8Array(readFileSync(join(folder, name)));
      try {
        const { text, encode } = decodeText(isGzip(file) ? unpack(file) : file);
        const result = sanitized(text);
        assert.ok(result.length <= text.length, `${name} grew`);
        assert.notEqual(expect, "REFUSE", name);
        for (const piece of keep)
          assert.ok(result.includes(piece), `${name}: ${piece}`);
        const path = join(folder, "clean", name);
        await writeFile(path, encode(result));
        // The other reader needs 15 s for those that are large and otherwise plain.
        if (result.length < MAX_CHECKED) made.push(path);
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        assert.match(expect, /REFUSE|EITHER/, `${name}: ${error.message}`);
      }
    }
    assert.ok(made.length > 180, "premise");
    execFileSync("python3", [`${HOSTILE}check_svg.py`, ...made]);
  },
);
