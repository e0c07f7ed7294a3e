// Claims about reading options: known keys in their bounds, everything else refused by name.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Type } from "typebox";

import { ServiceError } from "../errors.ts";
import { badOption, entriesOf, parseJson, readOptions } from "./options.ts";
import type { OptionOrigin } from "./options.ts";

const SCHEMA = Type.Object({
  quality: Type.Integer({ minimum: 1, maximum: 100, default: 80 }),
  scale: Type.Optional(Type.Number({ minimum: 0.5, maximum: 2 })),
  square: Type.Boolean({ default: false }),
  fit: Type.Enum(["inside", "cover"], { default: "inside" }),
  depth: Type.Enum([8, 10], { default: 8 }),
  cap: Type.Union([Type.Number({ minimum: 0, maximum: 100 }), Type.Null()], {
    default: null,
  }),
});

const DEFAULTS = {
  quality: 80,
  square: false,
  fit: "inside",
  depth: 8,
  cap: null,
};

const read = (origin: OptionOrigin, ...given: [string, unknown][]) =>
  readOptions(SCHEMA, given, origin);

function refusal(act: () => unknown): ServiceError {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof ServiceError);
    assert.equal(error.code, "bad_request");
    return error;
  }
  return assert.fail("was not refused");
}

test("what is not given has its default, or is absent", () => {
  assert.deepEqual(read("text"), DEFAULTS);
});

const accepted: readonly (readonly [OptionOrigin, string, unknown, unknown])[] =
  [
    ["text", "quality", "55", 55],
    ["text", "quality", " 55 ", 55],
    ["text", "quality", "55.0", 55],
    ["text", "scale", "0.75", 0.75],
    ...["1", "true", "TRUE", "yes", "on", "On"].map(
      (word) => ["text", "square", word, true] as const,
    ),
    ...["0", "false", "no", "OFF"].map(
      (word) => ["text", "square", word, false] as const,
    ),
    ["text", "fit", "Cover", "cover"],
    ["text", "depth", "10", 10],
    ["text", "cap", "12.5", 12.5],
    ["text", "cap", "null", null],
    ["text", "cap", "", null],
    ["json", "quality", 1, 1],
    ["json", "quality", 100, 100],
    ["json", "square", true, true],
    ["json", "depth", 10, 10],
    ["json", "cap", null, null],
  ];
for (const [origin, key, given, value] of accepted) {
  test(`${key} given as ${origin} ${JSON.stringify(given)} is ${JSON.stringify(value)}`, () => {
    assert.deepEqual(read(origin, [key, given]), { ...DEFAULTS, [key]: value });
  });
}

const refused: readonly (readonly [OptionOrigin, string, unknown, string])[] = [
  ["text", "quality", "0", "quality must be a whole number from 1 to 100."],
  ["text", "quality", "101", "quality must be a whole number from 1 to 100."],
  ["text", "quality", "55.5", "quality must be a whole number from 1 to 100."],
  ...["", "high", "1e1", "0x10", "Infinity", "NaN", "٥", "5 5"].map(
    (word) =>
      [
        "text",
        "quality",
        word,
        "quality must be a whole number from 1 to 100.",
      ] as const,
  ),
  ["text", "scale", "2.01", "scale must be a number from 0.5 to 2."],
  ["text", "square", "maybe", "square must be true or false."],
  ["text", "square", "constructor", "square must be true or false."],
  ["text", "fit", "fill", "fit must be one of inside, cover."],
  ["text", "depth", "9", "depth must be one of 8, 10."],
  ["text", "cap", "101", "cap must be a number from 0 to 100 or null."],
  ["json", "quality", "55", "quality must be a whole number from 1 to 100."],
  ["json", "quality", null, "quality must be a whole number from 1 to 100."],
  ["json", "quality", [55], "quality must be a whole number from 1 to 100."],
  ["json", "square", "true", "square must be true or false."],
  ["json", "square", 1, "square must be true or false."],
  ["json", "depth", "10", "depth must be one of 8, 10."],
];
for (const [origin, key, given, message] of refused) {
  test(`${key} given as ${origin} ${JSON.stringify(given)} is refused with its bounds`, () => {
    const error = refusal(() => read(origin, [key, given]));
    assert.equal(error.message, message);
    assert.deepEqual(error.context, { field: key });
  });
}

const unknowns: readonly (readonly [string, string])[] = [
  ["qualty", 'Unknown option "qualty"; did you mean "quality"?'],
  ["Quality", 'Unknown option "Quality"; did you mean "quality"?'],
  ["sqaure", 'Unknown option "sqaure"; did you mean "square"?'],
  ["something_else", 'Unknown option "something_else".'],
  ["constructor", 'Unknown option "constructor".'],
  ["__proto__", 'Unknown option "__proto__".'],
];
for (const [key, message] of unknowns) {
  test(`${key} is unknown, and the nearest is named where there is one`, () => {
    const error = refusal(() => read("json", [key, 1]));
    assert.equal(error.message, message);
    assert.deepEqual(error.context, { field: key });
  });
}

test("an endless key is not handed back whole", () => {
  const error = refusal(() => read("text", ["x".repeat(100_000), "1"]));
  assert.ok(error.message.length < 100);
  assert.equal(error.context["field"], "x".repeat(60));
});

test("the entries of an object are its own", () => {
  assert.deepEqual(entriesOf({ a: 1, b: null }, "options"), [
    ["a", 1],
    ["b", null],
  ]);
});

for (const value of [null, undefined, [], "text", 3, true]) {
  test(`${JSON.stringify(value)} is no object of options`, () => {
    const error = refusal(() => entriesOf(value, "options"));
    assert.equal(error.message, "options must be a JSON object.");
    assert.deepEqual(error.context, { field: "options" });
  });
}

test("JSON is parsed, and what is none is refused without the parser's words", () => {
  assert.deepEqual(parseJson('{"a":[1]}', "options"), { a: [1] });
  const error = refusal(() => parseJson("{secret", "options"));
  assert.equal(error.message, "options is not valid JSON.");
  assert.ok(error.cause instanceof SyntaxError);
});

test("a bad option names its field", () => {
  assert.deepEqual(badOption("q", "No.").context, { field: "q" });
});
