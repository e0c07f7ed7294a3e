// Claims about what may enter the page.

import assert from "node:assert/strict";
import { test } from "node:test";

import { markup } from "./markup.ts";

for (const [claim, text, written] of [
  [
    "signs of markup become entities",
    `<a b="c" d='e'>&`,
    "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;",
  ],
  ["an entity is text, too", "&lt;", "&amp;lt;"],
  [
    "controls become the sign for what cannot be shown",
    "a\u0000b\u001b\u009f",
    "a\ufffdb\ufffd\ufffd",
  ],
  [
    "marks that turn the direction do not pass",
    "\u202egpj\u2066",
    "\ufffdgpj\ufffd",
  ],
  ["half a surrogate does not pass", "\ud83d!", "\ufffd!"],
  ["other writing passes", "größe 写真 🙂", "größe 写真 🙂"],
] as const) {
  test(claim, () => assert.equal(markup`${text}`.text, written));
}

test("markup, lists and numbers stay, and nothing is nothing", () => {
  const inner = markup`<b>${"<"}</b>`;
  const page = markup`<p>${[inner, 1.5, undefined, [inner]]}</p>`;
  assert.equal(page.text, "<p><b>&lt;</b>1.5<b>&lt;</b></p>");
});
