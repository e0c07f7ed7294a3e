// Reads text as the value a setting's or option's schema asks for, and says in words what the schema allows.

import type { TSchema } from "typebox";

interface SchemaFacts {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly TSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly description?: string;
  readonly default?: unknown;
}

const WORDS: Readonly<Record<string, boolean>> = {
  "1": true,
  true: true,
  yes: true,
  on: true,
  "0": false,
  false: false,
  no: false,
  off: false,
};

/** The text as the schema's type; unchanged, and so to be refused, where it cannot be read as one. */
export function coerceText(text: string, schema: TSchema): unknown {
  const { type, enum: choices, anyOf } = schema as SchemaFacts;
  if (choices) {
    const lower = text.toLowerCase();
    return choices.find((choice) => String(choice) === lower) ?? text;
  }
  if (anyOf) {
    if (text === "" || text.toLowerCase() === "null") return null;
    return coerceText(text, anyOf[0] ?? schema);
  }
  if (type === "boolean") return WORDS[text.toLowerCase()] ?? text;
  if (type !== "integer" && type !== "number") return text;
  // Number() takes "", "0x10" and "1e3" for numbers; people do not.
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

/** What a value must be, as a sentence goes on after "must be". */
export function allowedBy(schema: TSchema): string {
  const {
    type,
    enum: choices,
    anyOf,
    minimum,
    maximum,
  } = schema as SchemaFacts;
  if (choices) return `one of ${choices.join(", ")}`;
  if (anyOf) return anyOf.map(allowedBy).join(" or ");
  if (type === "boolean") return "true or false";
  if (type === "null") return "null";
  if (type !== "integer" && type !== "number") return "text";
  const kind = type === "integer" ? "a whole number" : "a number";
  if (minimum === undefined || maximum === undefined) return kind;
  return `${kind} from ${minimum} to ${maximum}`;
}

export function defaultOf(schema: TSchema): unknown {
  return (schema as SchemaFacts).default;
}

export function descriptionOf(schema: TSchema): string {
  return (schema as SchemaFacts).description ?? "";
}
