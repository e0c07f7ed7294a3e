// Takes out of an SVG all that is not on the lists: scripts, handlers, foreign and external things; writes nothing anew that may stay.

import { ELEMENTS, isInert } from "./allowed.ts";
import { styleEdits } from "./css.ts";
import { invalid } from "./limits.ts";
import { isSvg, mayStay, movesSafely } from "./values.ts";
import {
  edited,
  escaped,
  walkXml,
  type Attribute,
  type Edit,
  type Span,
  type Tag,
} from "./xml.ts";

/**
 * What is taken out may bring what was apart together; nothing has needed a
 * third look. More is an attack.
 */
const MAX_ROUNDS = 4;

/**
 * The text without anything active or external, DOCTYPE and processing
 * instructions included; equal to `text` when there is none. Entities are
 * written out. Cleaning twice changes nothing. Throws `invalid_image` when it
 * is no well-formed SVG, `image_too_large` when it passes the limits.
 */
export function sanitized(text: string): string {
  let clean = text;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const edits = findEdits(clean);
    if (edits.length === 0) return clean;
    clean = edited(clean, edits);
  }
  throw invalid("changes each time it is cleaned");
}

/** A piece of a style element's text. */
interface Piece extends Span {
  readonly value: string;
  readonly isCdata: boolean;
}

function findEdits(text: string): Edit[] {
  const edits: Edit[] = [];
  const path: Tag[] = [];
  let style: Piece[] = [];
  /** Where the element that is being left out begins, and its depth. */
  let leftOut: { start: number; depth: number } | undefined;
  const drop = ({ start, end }: Span): void => {
    if (!leftOut) edits.push({ start, end, by: "" });
  };
  const inStyle = (): boolean => path.at(-1)?.local === "style";

  walkXml(text, {
    open: (tag) => {
      if (path.length === 0 && !(isSvg(tag) && tag.local === "svg"))
        throw invalid("has another root element");
      if (!leftOut) {
        if (!isAllowed(tag, path.at(-1)))
          leftOut = { start: tag.start, depth: path.length };
        else for (const edit of attributeEdits(text, tag)) edits.push(edit);
      }
      path.push(tag);
    },
    close: ({ end }) => {
      const isStyle = inStyle();
      path.pop();
      if (leftOut) {
        if (path.length > leftOut.depth) return;
        edits.push({ start: leftOut.start, end, by: "" });
        leftOut = undefined;
      } else if (isStyle) {
        for (const edit of sheetEdits(text, style)) edits.push(edit);
      }
      style = [];
    },
    text: (value, span) => {
      if (leftOut) return;
      if (inStyle()) style.push({ value, ...span, isCdata: false });
      else if (usesEntities(text, span))
        edits.push({ ...span, by: escaped(value) });
    },
    cdata: (value, span) => {
      if (leftOut) return;
      if (inStyle()) style.push({ value, ...span, isCdata: true });
      else if (value.includes("<")) {
        // HTML's readers may take it for tags. Too many of them would make the file grow.
        const by = escaped(value);
        edits.push({
          ...span,
          by: by.length <= span.end - span.start ? by : "",
        });
      }
    },
    comment: (value, span) => {
      if (/[<>]/.test(value) || inStyle()) drop(span);
    },
    declaration: (span) => {
      if (!/version\s*=\s*["']1\.0/.test(text.slice(span.start, span.end)))
        drop(span);
    },
    other: drop,
  });
  // A sheet's come when it ends, behind those of comments in it.
  return edits.toSorted((a, b) => a.start - b.start);
}

/** Text alone may stand in titles and style; other namespaces only under a prefix, which HTML's readers see too. */
function isAllowed(tag: Tag, parent: Tag | undefined): boolean {
  if (parent && ["title", "desc", "style"].includes(parent.local)) return false;
  if (isSvg(tag)) {
    if (parent && !isSvg(parent)) return false;
    return ELEMENTS.has(tag.local) && movesSafely(tag);
  }
  return tag.prefix !== "" && isInert(tag.uri);
}

function attributeEdits(text: string, tag: Tag): Edit[] {
  return tag.attributes.flatMap((attribute) => {
    const { start, end, raw, value, local, uri } = attribute;
    const isStyle = local === "style" && uri === "" && isSvg(tag);
    if (!isStyle && !mayStay(attribute, tag)) return [{ start, end, by: "" }];
    const clean = isStyle ? edited(value, styleEdits(value)) : value;
    if (clean === value && !usesEntities(text, raw)) return [];
    return clean.trim() === "" && isStyle
      ? [{ start, end, by: "" }]
      : [{ ...raw, by: rewritten(text, attribute, clean) }];
  });
}

/** A new value between the quotes there are. */
function rewritten(text: string, { raw }: Attribute, value: string): string {
  return escaped(value, text[raw.end]);
}

/** Whether a piece of text refers to entities that are not XML's own. */
function usesEntities(text: string, { start, end }: Span): boolean {
  return /&(?!(?:lt|gt|amp|quot|apos|#\w+);)/.test(text.slice(start, end));
}

/** A sheet in one piece is cut where it stands; in several, it is joined, and stays CDATA if it was. */
function sheetEdits(text: string, pieces: readonly Piece[]): Edit[] {
  const [first, ...rest] = pieces;
  if (!first) return [];
  const sheet = pieces.map(({ value }) => value).join("");
  const cuts = styleEdits(sheet);
  const raw = text.slice(first.start, first.end);
  if (rest.length === 0 && raw === sheet) {
    return cuts.map(({ start, end, by }) => {
      return { start: start + first.start, end: end + first.start, by };
    });
  }
  const entities = pieces.some((piece) => usesEntities(text, piece));
  const isOddCdata = pieces.some(
    ({ isCdata, value }) => isCdata && value.includes("<"),
  );
  if (cuts.length === 0 && !entities && !isOddCdata) return [];
  const clean = edited(sheet, cuts);
  const isCdata =
    clean.includes("&") &&
    pieces.some((piece) => piece.isCdata) &&
    !/<|\]\]>/.test(clean);
  const by = isCdata ? `<![CDATA[${clean}]]>` : escaped(clean);
  return [
    { start: first.start, end: first.end, by },
    ...rest.map(({ start, end }) => ({ start, end, by: "" })),
  ];
}
