// Claims about text and schemas: what people write is read, what they would not is left to be refused.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Type } from "typebox";

import {
  allowedBy,
  coerceText,
  defaultOf,
  descriptionOf,
} from "./schema-text.ts";

const NUMBER_OR_NULL = Type.Union([
  Type.Number({ minimum: 0, maximum: 9 }),
  Type.Null(),
]);

const texts = [
  [Type.Integer(), "12", 12],
  [Type.Integer(), "-12", -12],
  [Type.Integer(), "12.5", 12.5],
  [Type.Integer(), "", ""],
  [Type.Integer(), " 1", " 1"],
  [Type.Integer(), "1e3", "1e3"],
  [Type.Integer(), "0x10", "0x10"],
  [Type.Integer(), "+1", "+1"],
  [Type.Integer(), ".5", ".5"],
  [Type.Integer(), "Infinity", "Infinity"],
  [Type.Integer(), "1_000", "1_000"],
  [Type.Boolean(), "YES", true],
  [Type.Boolean(), "off", false],
  [Type.Boolean(), "2", "2"],
  [Type.Boolean(), "", ""],
  [Type.Enum(["exact", "fast"]), "Fast", "fast"],
  [Type.Enum(["exact", "fast"]), "best", "best"],
  [Type.Enum([8, 10]), "8", 8],
  [Type.Enum([8, 10]), "08", "08"],
  [NUMBER_OR_NULL, "Null", null],
  [NUMBER_OR_NULL, "", null],
  [NUMBER_OR_NULL, "3", 3],
  [NUMBER_OR_NULL, "none", "none"],
  [Type.String(), "12", "12"],
  [Type.String(), "true", "true"],
] as const;
for (const [schema, text, value] of texts) {
  test(`"${text}" where there must be ${allowedBy(schema)} is ${JSON.stringify(value)}`, () => {
    assert.deepEqual(coerceText(text, schema), value);
  });
}

for (const [schema, words] of [
  [Type.Integer({ minimum: 1, maximum: 9 }), "a whole number from 1 to 9"],
  [Type.Number({ minimum: 0.1, maximum: 2 }), "a number from 0.1 to 2"],
  [Type.Integer(), "a whole number"],
  [Type.Boolean(), "true or false"],
  [Type.Enum(["a", "b"]), "one of a, b"],
  [Type.Enum([8, 10]), "one of 8, 10"],
  [NUMBER_OR_NULL, "a number from 0 to 9 or null"],
  [Type.String(), "text"],
] as const) {
  test(`says "${words}"`, () => {
    assert.equal(allowedBy(schema), words);
  });
}

test("default and description are told, or their absence", () => {
  const schema = Type.Integer({ default: 0, description: "Zero." });
  assert.deepEqual([defaultOf(schema), descriptionOf(schema)], [0, "Zero."]);
  assert.deepEqual(
    [defaultOf(Type.Integer()), descriptionOf(Type.Integer())],
    [undefined, ""],
  );
});
