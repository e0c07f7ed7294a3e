// Claims about what an SVG may cost before it is drawn. Each text took seconds to hours once: a test here fails by never ending.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ServiceError } from "../../errors.ts";
import { readerOfBytes } from "../containers/reader.ts";
import { judgeDrawing } from "./drawing.ts";
import { header } from "./header.ts";
import { looksLikeSvg } from "./magic.ts";
import { sanitized } from "./sanitize.ts";

const LONG = 120_000;
const ROOT = "<svg xmlns='http://www.w3.org/2000/svg'>";
const doctype = (subset: string, rest = `${ROOT}</svg>`): string =>
  `<!DOCTYPE svg [${subset}]>${rest}`;

/** Facts, or what the text is refused for. */
async function factsOf(text: string): Promise<unknown> {
  try {
    return await header(readerOfBytes(Buffer.from(text)));
  } catch (error) {
    assert.ok(error instanceof ServiceError, String(error));
    return error.code;
  }
}

const beginnings: readonly (readonly [string, string, boolean])[] = [
  // 2³⁰⁰ ways to read them, by an expression that knows comments and signs.
  [
    "comments in a DOCTYPE that does not end",
    `<!DOCTYPE svg [${"<!---->".repeat(300)}`,
    true,
  ],
  ["comments in a DOCTYPE", doctype("<!-- ' ]> -->".repeat(300)), true],
  ["comments that do not end", `<!DOCTYPE html [${"<!--".repeat(900)}`, false],
  ["quotes in a DOCTYPE", doctype(`'>'"]>"`.repeat(500)), true],
  ["brackets", `<!DOCTYPE svg ${"[]".repeat(900)}>${ROOT}`, true],
  ["spaces", `${" ".repeat(3000)}${ROOT}`, true],
  ["instructions", `${"<?a?>".repeat(800)}${ROOT}`, true],
];
for (const [name, text, expected] of beginnings) {
  test(`${name} are read once`, () => {
    assert.equal(looksLikeSvg(Buffer.from(text)), expected);
  });
}

const heads: readonly (readonly [string, string])[] = [
  [
    "an address with spaces behind it",
    doctype(`<!ENTITY a SYSTEM ${" ".repeat(LONG)}`),
  ],
  [
    "an entity with spaces before its name",
    doctype(`<!ENTITY ${" ".repeat(LONG)}`),
  ],
  ["declarations that look like comments", doctype("<!--a>".repeat(LONG / 6))],
  ["declarations that do not end", doctype("<!a ".repeat(LONG / 4))],
  [
    "references without an end",
    doctype(`<!ENTITY a '${"&#x1".repeat(LONG / 4)}'>`),
  ],
  [
    "a width of digits",
    `<svg xmlns='http://www.w3.org/2000/svg' width='${"1".repeat(LONG)}!'/>`,
  ],
  [
    "a width of spaces",
    `<svg xmlns='http://www.w3.org/2000/svg' width='1${" ".repeat(LONG)}!'/>`,
  ],
  [
    "a view box of spaces",
    `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0${" ".repeat(LONG)}0'/>`,
  ],
];
for (const [name, text] of heads) {
  test(`a header reader gets past ${name}`, async () => {
    assert.ok(text.length < 128 * 1024, "premise: within what is read");
    const facts = await factsOf(text);
    assert.ok(facts !== undefined);
  });
}

test("what took long says what it said before", async () => {
  const size = async (attributes: string) => {
    const text = `<svg xmlns='http://www.w3.org/2000/svg' ${attributes}/>`;
    const { width, height } = await header(readerOfBytes(Buffer.from(text)));
    return [width, height];
  };
  assert.deepEqual(await size("width=' +12.5e1px ' height='.5in'"), [125, 48]);
  assert.deepEqual(await size(`width='${"9".repeat(65)}'`), [300, 150]);
  const text = doctype(
    "<!-- <!ENTITY a 'no'> --><!ENTITY a SYSTEM 'x' ><!ENTITY b 'yes'  ><?p?><!ENTITY % c \"d\" >%c;",
    `${ROOT}<title>&b;</title></svg>`,
  );
  assert.equal(sanitized(text), `${ROOT}<title>yes</title></svg>`);
  assert.throws(() => sanitized(text.replace("&b;", "&a;")), {
    code: "invalid_image",
  });
});

test("a drawing of 40,000 shapes is not looked through again for each", () => {
  // 26 s, when every attribute looked for the next "&" to the end of the file.
  const shapes = Array.from(
    { length: 40_000 },
    (_, at) =>
      `<path fill="#${at % 10}00" stroke="red" d="M${at} 0h20v20H0z"/>`,
  );
  const text = `${ROOT}${shapes.join("\n")}</svg>`;
  assert.equal(sanitized(text), text);
});

test("a sheet in pieces is cut in order, among a thousand others", () => {
  const sheet = "<style>a{b:c}<!--x-->@import url(http://x);d{e:f}</style>";
  const text = `${ROOT}${`${sheet}<script/>`.repeat(1000)}</svg>`;
  const clean = sanitized(text);
  assert.equal(clean.match(/<style>/g)?.length, 1000);
  assert.ok(!/script|import|x--/.test(clean));
  assert.equal(sanitized(clean), clean);
});

test("spaces within an address are passed over once", () => {
  const text = `${ROOT}<g fill='url(${" ".repeat(LONG)}x#)'/></svg>`;
  judgeDrawing(text);
});
