// Reads a request's options by their schema: every fault is a refusal that names the field; nothing unknown is passed over.

import type { Static, TObject, TSchema } from "typebox";
import { Compile } from "typebox/compile";
import type { Validator } from "typebox/compile";

import { ServiceError } from "../errors.ts";
import { allowedBy, coerceText, defaultOf } from "../schema-text.ts";

/** Where the values came from: text is coerced in forms and queries, never in JSON. */
export type OptionOrigin = "text" | "json";

/** An address to fetch from, and the option that brought it. */
export interface UrlOption {
  readonly url: string;
  readonly field: string;
}

/**
 * The options with defaults filled in; keys without a value and default are
 * absent. Throws `bad_request` on an unknown key (naming the nearest known), on a
 * value of the wrong kind or out of bounds.
 */
export function readOptions<T extends TObject>(
  schema: T,
  given: Iterable<readonly [string, unknown]>,
  origin: OptionOrigin,
): Static<T> {
  const properties = schema.properties as Readonly<Record<string, TSchema>>;
  const options: Record<string, unknown> = {};
  for (const [key, property] of Object.entries(properties)) {
    const value = defaultOf(property);
    if (value !== undefined) options[key] = value;
  }
  for (const [key, raw] of given) {
    if (!Object.hasOwn(properties, key)) throw unknown(key, properties);
    const property = properties[key]!;
    const value =
      origin === "text" && typeof raw === "string"
        ? coerceText(raw.trim(), property)
        : raw;
    if (!validatorOf(property).Check(value)) {
      throw badOption(key, `${key} must be ${allowedBy(property)}.`);
    }
    options[key] = value;
  }
  return options as Static<T>;
}

const validators = new WeakMap<TSchema, Validator>();

/** An option's validator; generated once, for that costs more than all its checks. */
function validatorOf(property: TSchema): Validator {
  const known = validators.get(property);
  if (known) return known;
  const made: Validator = Compile(property);
  validators.set(property, made);
  return made;
}

/** The entries of a JSON object. Throws `bad_request` when `value` is anything else. */
export function entriesOf(value: unknown, field: string): [string, unknown][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw badOption(field, `${field} must be a JSON object.`);
  }
  return Object.entries(value);
}

/** Parses a form field that holds JSON. Throws `bad_request`. */
export function parseJson(text: string, field: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw badOption(field, `${field} is not valid JSON.`, cause);
  }
}

export function badOption(
  field: string,
  message: string,
  cause?: unknown,
): ServiceError {
  return new ServiceError("bad_request", message, { field }, { cause });
}

function unknown(
  key: string,
  properties: Readonly<Record<string, unknown>>,
): ServiceError {
  const shown = key.slice(0, 60);
  const near = nearest(shown, Object.keys(properties));
  return badOption(
    shown,
    `Unknown option "${shown}"${near ? `; did you mean "${near}"?` : "."}`,
  );
}

/** Edits beyond which two names have nothing to do with each other. */
const MAX_EDITS = 3;

function nearest(word: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((name) => ({ name, edits: edits(word, name) }))
    .toSorted((a, b) => a.edits - b.edits);
  const [best] = ranked;
  return best && best.edits <= MAX_EDITS ? best.name : undefined;
}

/** Levenshtein's distance. */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
