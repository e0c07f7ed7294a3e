// Walks an SVG's markup and tells where in the text each piece stands; decides what well-formed means, not what is allowed.

import { SaxesParser } from "saxes";

import { ServiceError } from "../../errors.ts";
import { entitiesOf } from "./entities.ts";
import {
  invalid,
  MAX_ATTRIBUTES,
  MAX_DEPTH,
  MAX_ELEMENTS,
  tooMuch,
} from "./limits.ts";

/** Where something stands in the text, in code units; `end` is behind it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The span of an attribute takes in the white space before it. */
export interface Attribute extends Span {
  readonly name: string;
  readonly prefix: string;
  readonly local: string;
  readonly uri: string;
  /** With references written out. */
  readonly value: string;
  /** What stands between the quotes. */
  readonly raw: Span;
}

export interface Tag extends Span {
  readonly name: string;
  readonly prefix: string;
  readonly local: string;
  readonly uri: string;
  readonly attributes: readonly Attribute[];
  readonly isEmpty: boolean;
}

/** What a walk tells of, in the order of the text. Empty elements are opened and closed too. */
export interface Visitor {
  readonly open?: (tag: Tag) => void;
  readonly close?: (end: Span) => void;
  readonly text?: (value: string, span: Span) => void;
  readonly cdata?: (value: string, span: Span) => void;
  readonly comment?: (value: string, span: Span) => void;
  readonly declaration?: (span: Span) => void;
  /** Processing instructions and DOCTYPEs. */
  readonly other?: (span: Span) => void;
}

/** Walks `text`. Throws `invalid_image` when it is not well-formed XML 1.0 with namespaces, `image_too_large`. */
export function walkXml(text: string, visitor: Visitor): void {
  const parser = new SaxesParser({
    xmlns: true,
    position: true,
    defaultXMLVersion: "1.0",
    forceXMLVersion: true,
  });
  let cursor = text.startsWith("\ufeff") ? 1 : 0;
  let tagStart = 0;
  let pending: Span[] = [];
  let elements = 0;
  let depth = 0;
  /** The span from the last piece's end to here. */
  const upTo = (end: number): Span => {
    const span = { start: cursor, end };
    cursor = end;
    return span;
  };

  parser.on("error", ({ message }) => {
    throw invalid(`is not well-formed XML (${message.slice(0, 120)})`);
  });
  parser.on("xmldecl", () => {
    const span = upTo(parser.position);
    visitor.declaration?.(span);
  });
  parser.on("doctype", (doctype) => {
    const span = upTo(parser.position);
    parser.ENTITIES = entitiesOf(doctype);
    visitor.other?.(span);
  });
  parser.on("processinginstruction", () => {
    const span = upTo(parser.position);
    visitor.other?.(span);
  });
  // Told of when the "<" behind it has been read, or at the end.
  parser.on("text", (value) => {
    const end = text.indexOf("<", cursor);
    const span = upTo(end < 0 ? text.length : end);
    visitor.text?.(value, span);
  });
  // Told of before its last sign.
  parser.on("comment", (value) => {
    const span = upTo(parser.position + 1);
    visitor.comment?.(value, span);
  });
  parser.on("cdata", (value) => {
    const span = upTo(parser.position);
    visitor.cdata?.(value, span);
  });
  parser.on("opentagstart", ({ name }) => {
    if (++elements > MAX_ELEMENTS) throw tooMuch("elements", MAX_ELEMENTS);
    if (++depth > MAX_DEPTH) throw tooMuch("levels", MAX_DEPTH);
    tagStart = cursor;
    cursor += 1 + name.length;
    pending = [];
  });
  parser.on("attribute", () => {
    pending.push(upTo(parser.position));
    if (pending.length > MAX_ATTRIBUTES)
      throw tooMuch("attributes in one element", MAX_ATTRIBUTES);
  });
  parser.on("opentag", (tag) => {
    const attributes = Object.values(tag.attributes).map((each, index) => {
      const span = pending[index]!;
      const { name, prefix, local, uri, value } = each;
      const quote = text[span.end - 1]!;
      const raw = {
        start: text.indexOf(quote, span.start) + 1,
        end: span.end - 1,
      };
      return { name, prefix, local, uri, value, raw, ...span };
    });
    const { end } = upTo(parser.position);
    const { name, prefix, local, uri, isSelfClosing: isEmpty } = tag;
    const span = { start: tagStart, end };
    visitor.open?.({ name, prefix, local, uri, attributes, isEmpty, ...span });
  });
  parser.on("closetag", () => {
    depth--;
    const span = upTo(parser.position);
    visitor.close?.(span);
  });
  try {
    parser.write(text).close();
  } catch (error) {
    if (error instanceof ServiceError || error instanceof RootFound)
      throw error;
    // saxes itself trips over a few names that are no names.
    throw invalid("is not well-formed XML");
  }
}

/** Thrown through the parser to end a walk. */
class RootFound extends Error {
  readonly tag: Tag;
  constructor(tag: Tag) {
    super("root found");
    this.tag = tag;
  }
}

/** The root element's tag; what follows it is not read. Throws `invalid_image`. */
export function rootTag(text: string): Tag {
  try {
    walkXml(text, {
      open: (tag) => {
        throw new RootFound(tag);
      },
    });
  } catch (error) {
    if (error instanceof RootFound) return error.tag;
    throw error;
  }
  throw invalid("has no root element");
}

/** A change to a text: what stands in the span gives way. */
export interface Edit extends Span {
  readonly by: string;
}

/** The text with its edits, which stand in order and apart, made. */
export function edited(text: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, by } of edits) {
    parts.push(text.slice(at, start), by);
    at = end;
  }
  parts.push(text.slice(at));
  return parts.join("");
}

/** Text as it stands in an element, or between `quote`s; the shortest references there are. */
export function escaped(value: string, quote?: string): string {
  const safe = value
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll("]]>", "]]&gt;");
  if (quote === '"') return safe.replaceAll('"', "&#34;");
  return quote === "'" ? safe.replaceAll("'", "&#39;") : safe;
}
