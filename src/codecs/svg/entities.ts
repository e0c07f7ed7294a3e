// Reads the entities that a DOCTYPE declares in itself and says what each stands for, within bounds; fetches nothing.

import {
  invalid,
  MAX_ENTITY_DEPTH,
  MAX_ENTITY_TEXT,
  tooMuch,
} from "./limits.ts";

/**
 * A piece of the subset: comment, instruction, entity, another declaration,
 * parameter entity, space. No two parts that may stand side by side share a
 * character, and what does not end runs to the end: 100 KB of spaces took a
 * minute otherwise.
 */
const DECLARATION =
  /<!--[^]*?(?:-->|$)|<\?[^]*?(?:\?>|$)|<!ENTITY\s+(%\s+)?([^\s"'<>&%;]+)\s+(?:"([^"]*)"\s*|'([^']*)'\s*|(?:SYSTEM|PUBLIC)\s(?:"[^"]*"|'[^']*'|[^"'>])*)>|<!(?:"[^"]*"|'[^']*'|[^"'>])*>|%[^\s;]+;|\s+/y;
const REFERENCE = /&(#x[0-9a-f]+|#\d+|[^\s;&]+);/gi;
const PREDEFINED: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

/**
 * What XML's readers look entities up in: the five of XML and those declared
 * in `doctype`'s internal subset as plain text. External ones, and those that
 * hold markup, are none: a document that uses them is refused. Looking up
 * throws `invalid_image`, or `image_too_large` when they stand for too much in all.
 */
export function entitiesOf(doctype: string): Record<string, string> {
  const values = declarations(doctype);
  const known = new Map<string, string>();
  let spent = 0;

  function resolve(name: string, depth: number): string {
    const literal = values.get(name);
    if (literal === undefined || depth > MAX_ENTITY_DEPTH)
      throw invalid(
        `uses the entity "${name.slice(0, 40)}", which has no text`,
      );
    const text = known.get(name) ?? expand(literal, depth);
    known.set(name, text);
    spent += text.length;
    if (spent > MAX_ENTITY_TEXT)
      throw tooMuch("characters in entities", MAX_ENTITY_TEXT);
    return text;
  }

  /** Character references are written out where they are declared, others where they are used (XML 1.0, 4.5). */
  function expand(literal: string, depth: number): string {
    const declared = literal.replaceAll(REFERENCE, (whole, name: string) =>
      name.startsWith("#") ? character(name) : whole,
    );
    if (declared.includes("<")) throw invalid("holds markup in an entity");
    return declared.replaceAll(REFERENCE, (_, name: string) =>
      name.startsWith("#")
        ? character(name)
        : (PREDEFINED.get(name) ?? resolve(name, depth + 1)),
    );
  }

  const entities = Object.create(null) as Record<string, string>;
  for (const name of values.keys()) {
    Object.defineProperty(entities, name, { get: () => resolve(name, 0) });
  }
  for (const [name, text] of PREDEFINED)
    Object.defineProperty(entities, name, { value: text });
  return entities;
}

/** Literal values by name; the first declaration of a name is the one that counts. */
function declarations(doctype: string): Map<string, string> {
  const values = new Map<string, string>();
  const start = doctype.indexOf("[");
  if (start < 0) return values;
  DECLARATION.lastIndex = start + 1;
  for (;;) {
    const found = DECLARATION.exec(doctype);
    if (!found) return values;
    const [, parameter, name, double, single] = found;
    const value = double ?? single;
    if (name !== undefined && value !== undefined && !parameter) {
      if (!values.has(name) && !PREDEFINED.has(name)) values.set(name, value);
    }
  }
}

function character(reference: string): string {
  const code = /^#x/i.test(reference)
    ? Number.parseInt(reference.slice(2), 16)
    : Number(reference.slice(1));
  if (!(code > 0 && code <= 0x10_ffff)) throw invalid("names no character");
  return String.fromCodePoint(code);
}
