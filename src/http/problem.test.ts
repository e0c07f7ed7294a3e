// Claims about failures on the wire: each code has the contract's status, and nothing unforeseen tells its words.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { ERRORS, ServiceError } from "../errors.ts";
import type { ErrorCode } from "../errors.ts";
import { problemOf, STATUS } from "./problem.ts";

const CODES = Object.keys(ERRORS) as ErrorCode[];
const CONTRACT = new URL("../../../shared/API.md", import.meta.url);
const withoutContract =
  !existsSync(CONTRACT) && "the contract (../shared/API.md) is not here";

/** Status and code of every row of the contract's table of errors. */
function contractRows(): (readonly [status: number, code: string])[] {
  const text = readFileSync(CONTRACT, "utf8");
  const table = text.slice(
    text.indexOf("## Errors"),
    text.indexOf("## Settings"),
  );
  return table.split("\n").flatMap((line) => {
    const [, statuses = "", codes = ""] = line.split("|");
    const numbers = statuses.match(/\d{3}/g) ?? [];
    const names = codes.match(/(?<=`)\w+(?=`)/g) ?? [];
    // As many of either, in order; or one status for several codes, or the reverse.
    return names.length >= numbers.length
      ? names.map(
          (name, at) => [Number(numbers[at] ?? numbers[0]), name] as const,
        )
      : numbers.map((number) => [Number(number), names[0] ?? ""] as const);
  });
}

test(
  "every code has the status that the contract gives it",
  { skip: withoutContract },
  () => {
    const rows = contractRows();
    assert.ok(rows.length >= 18, "premise");
    for (const code of CODES) {
      const statuses = rows
        .filter(([, name]) => name === code)
        .map(([status]) => status);
      assert.ok(
        statuses.includes(STATUS[code]),
        `${code}: ${STATUS[code]}, not ${statuses.join(" or ")}`,
      );
    }
  },
);

test("every code has a status, and every status a code", () => {
  assert.deepEqual(Object.keys(STATUS).toSorted(), CODES.toSorted());
  for (const status of Object.values(STATUS))
    assert.ok(status >= 400 && status < 600);
});

for (const code of CODES) {
  test(`${code} is told in the envelope, with its context`, () => {
    const error = new ServiceError(code, "What went wrong.", {
      limit: 3,
      tool: "x",
    });
    const { status, headers, body } = problemOf(error);
    assert.equal(status, STATUS[code]);
    assert.deepEqual(headers, {});
    assert.deepEqual(body, {
      success: false,
      error: code,
      message: "What went wrong.",
      limit: 3,
      tool: "x",
    });
  });
}

test("a time to come back stands in the header too", () => {
  const error = new ServiceError("service_overloaded", "Full.", {
    retry_after: 7,
  });
  const { headers, body } = problemOf(error);
  assert.deepEqual(headers, { "retry-after": "7" });
  assert.equal(body["retry_after"], 7);
});

const foreign: readonly (readonly [
  claim: string,
  error: unknown,
  status: number,
  code: ErrorCode,
])[] = [
  ["an error", new Error("secret"), 500, "internal_error"],
  [
    "a system error",
    Object.assign(new Error("secret"), { code: "ENOENT", path: "/secret" }),
    500,
    "internal_error",
  ],
  ["text", "secret", 500, "internal_error"],
  ["nothing", undefined, 500, "internal_error"],
  ["null", null, 500, "internal_error"],
  [
    "a refusal of Fastify's",
    Object.assign(new Error("secret"), { statusCode: 415 }),
    400,
    "bad_request",
  ],
  [
    "JSON that is none",
    Object.assign(new SyntaxError("secret"), { statusCode: 400 }),
    400,
    "bad_request",
  ],
  [
    "too long a body",
    Object.assign(new Error("secret"), {
      statusCode: 413,
      code: "FST_ERR_CTP_BODY_TOO_LARGE",
    }),
    413,
    "file_too_large",
  ],
  [
    "a fault of Fastify's",
    Object.assign(new Error("secret"), { statusCode: 500 }),
    500,
    "internal_error",
  ],
];
for (const [claim, error, status, code] of foreign) {
  test(`${claim} becomes ${code}, its words kept`, () => {
    const problem = problemOf(error);
    assert.equal(problem.status, status);
    assert.equal(problem.body.error, code);
    assert.equal(JSON.stringify(problem).includes("secret"), false);
  });
}
