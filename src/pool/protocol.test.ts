// Claims about messages from children: whole ones are believed, all others are not.

import assert from "node:assert/strict";
import { test } from "node:test";

import { readFromChild } from "./protocol.ts";
import type { Failure, Outcome } from "./protocol.ts";

const outcome: Outcome = {
  format: "jpeg",
  path: "/tmp/x/result.jpg",
  width: 1,
  height: 1,
  method: "jpegtran",
  warnings: ["truncated"],
  declined: [{ strategy: "mozjpeg", reason: "larger" }],
  spans: { encode: 0.5 },
};
const failure: Failure = {
  code: "invalid_image",
  message: "It does not decode.",
  context: { detected: "jpeg", limit: 3, known: true, nothing: null },
  detail: "",
};
const done = { type: "outcome", outcome, rssBytes: 1 };
const failed = { type: "failure", failure, rssBytes: 1 };

const good: readonly (readonly [name: string, message: unknown])[] = [
  ["ready", { type: "ready" }],
  ["an outcome", done],
  ["a failure", failed],
  [
    "a probe's answer",
    {
      type: "probed",
      reports: { sharp: { version: "1", abilities: ["sharp"] }, vips: null },
    },
  ],
];
for (const [name, message] of good) {
  test(`${name} is read as it was sent`, () => {
    assert.deepEqual(readFromChild(structuredClone(message)), message);
  });
}

const withOutcome = (more: object): unknown => ({
  ...done,
  outcome: { ...outcome, ...more },
});
const withFailure = (more: object): unknown => ({
  ...failed,
  failure: { ...failure, ...more },
});

const bad: readonly (readonly [name: string, message: unknown])[] = [
  ["nothing", undefined],
  ["null", null],
  ["text", "ready"],
  ["a list", [{ type: "ready" }]],
  ["an empty object", {}],
  ["an unknown type", { type: "shell" }],
  ["a message to children", { type: "probe" }],
  ["an outcome without an outcome", { type: "outcome", rssBytes: 1 }],
  ["an outcome without its memory", { type: "outcome", outcome }],
  ["memory that is no number", { ...done, rssBytes: "1" }],
  ["an unknown format", withOutcome({ format: "exe" })],
  ["a path that is no text", withOutcome({ path: 1 })],
  ["a width of 0", withOutcome({ width: 0 })],
  ["half a pixel", withOutcome({ height: 1.5 })],
  ["an empty method", withOutcome({ method: "" })],
  ["a method without end", withOutcome({ method: "m".repeat(121) })],
  ["warnings that are no list", withOutcome({ warnings: "truncated" })],
  ["a warning that is no text", withOutcome({ warnings: [1] })],
  ["a warning without end", withOutcome({ warnings: ["w".repeat(121)] })],
  [
    "a strategy without a reason",
    withOutcome({ declined: [{ strategy: "a" }] }),
  ],
  ["a span below 0", withOutcome({ spans: { encode: -1 } })],
  ["a span that is no number", withOutcome({ spans: { encode: "1" } })],
  ["more than an outcome holds", withOutcome({ command: "rm" })],
  ["an unknown code", withFailure({ code: "boom" })],
  ["an inherited code", withFailure({ code: "toString" })],
  ["a nested context", withFailure({ context: { a: {} } })],
  ["a message that is no text", withFailure({ message: null })],
  [
    "a report without abilities",
    { type: "probed", reports: { sharp: { version: "1" } } },
  ],
];
for (const [name, message] of bad) {
  test(`${name} is refused`, () => {
    assert.equal(readFromChild(message), undefined);
  });
}
