// Finds what must go from style text: every token is judged, and the smallest declaration or rule around a bad one goes with it.

import { bare, isLocal, isRaster } from "./address.ts";
import { AT_RULES, STYLE_FUNCTIONS } from "./allowed.ts";
import { cssTokens, type CssToken } from "./css-tokens.ts";
import type { Edit } from "./xml.ts";

/** Rules within rules; nothing honest has more than four. */
const MAX_BLOCKS = 16;

/** Properties that run code in old browsers, and words that have no business in style. */
const BAD_NAMES = /^(-moz-binding|-?m?s?-?behaviou?r)$/;
const BAD_WORDS =
  /(java|vb)script:|expression\(|-moz-binding|behaviou?r:|@import|image-set\(|<\/style|<script|url\(/i;

/** Whether style may not hold this token; `after` is the one before it that is not space. */
function isBad(token: CssToken, after: CssToken | undefined): boolean {
  const { kind, value } = token;
  if (after?.value === "@" && after.kind === "other")
    return kind !== "name" || !AT_RULES.has(value);
  if (kind === "bad") return true;
  if (kind === "url") return !isLocal(value) && !isRaster(value);
  if (kind === "function") return !STYLE_FUNCTIONS.has(value);
  if (kind === "name") return BAD_NAMES.test(value);
  if (kind === "string") return value.includes("<") || holdsBadWords(value);
  return value === "<";
}

/** Whether words of script or of addresses stand in `text`, disguised by escapes, comments or spaces or not. */
export function holdsBadWords(text: string): boolean {
  return BAD_WORDS.test(bare(unescaped(text)));
}

function unescaped(text: string): string {
  if (!/[\\/]/.test(text)) return text;
  return text
    .replace(/\/\*[^]*?(?:\*\/|$)/g, "")
    .replace(/\\([0-9a-f]{1,6})\s?|\\/gi, (_, hex: string | undefined) => {
      const code = Number.parseInt(hex ?? "", 16);
      return code > 0 && code <= 0x10_ffff ? String.fromCodePoint(code) : "";
    });
}

interface Item {
  start: number;
  bad: boolean;
  /** Edits made before it began. */
  before: number;
}

/** What to cut out of a style sheet, or of a list of declarations. */
export function styleEdits(text: string): Edit[] {
  const edits: Edit[] = [];
  const open: Item[] = [];
  let item: Item | undefined;
  let last: CssToken | undefined;

  /** Ends an item before `end`; when it is bad, it goes with all that is in it. */
  const finish = (done: Item | undefined, end: number): void => {
    if (!done) return;
    if (!done.bad && !holdsUnjudged(text, done, end)) return;
    edits.length = done.before;
    edits.push({ start: done.start, end, by: "" });
  };

  for (const token of cssTokens(text)) {
    if (token.kind === "space") continue;
    const sign = token.kind === "other" ? token.value : "";
    if (sign === "}") {
      finish(item, token.start);
      const block = open.pop();
      // A brace that closes nothing.
      if (block) finish(block, token.end);
      else edits.push({ start: token.start, end: token.end, by: "" });
      item = undefined;
    } else if (sign === "{") {
      const block = item ?? {
        start: token.start,
        bad: true,
        before: edits.length,
      };
      if (open.length >= MAX_BLOCKS) block.bad = true;
      open.push(block);
      item = undefined;
    } else if (sign === ";") {
      finish(item, token.end);
      item = undefined;
    } else {
      item ??= { start: token.start, bad: false, before: edits.length };
      if (isBad(token, last)) item.bad = true;
    }
    last = token;
  }
  finish(item, text.length);
  while (open.length > 0) finish(open.pop(), text.length);
  return edits;
}

/** Of a declaration or a rule's head: a last look at its words as one text, as less careful readers have them. */
function holdsUnjudged(text: string, { start }: Item, end: number): boolean {
  const whole = text.slice(start, end);
  if (whole.includes("{")) return false;
  return holdsBadWords(whole.replaceAll(/url\(/gi, ""));
}

/** Whether the value of a presentation attribute is style that may stay. */
export function isFineStyle(value: string): boolean {
  let last: CssToken | undefined;
  for (const token of cssTokens(value)) {
    if (token.kind === "space") continue;
    if (isBad(token, last)) return false;
    last = token;
  }
  return true;
}
