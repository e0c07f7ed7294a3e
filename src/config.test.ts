// Claims about the settings: defaults, what is refused and in which words, and that each one explains itself.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { TSchema } from "typebox";

import { ConfigError, readConfig, SETTINGS } from "./config.ts";
import { descriptionOf } from "./schema-text.ts";

const settings = Object.entries(SETTINGS.properties as Record<string, TSchema>);

function faultOf(environment: Record<string, string>): string {
  try {
    readConfig(environment);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.message;
  }
  return assert.fail("was not refused");
}

/** The contract's own defaults. */
const DEFAULTS: readonly (readonly [string, unknown])[] = [
  ["PORT", "8080,41870"],
  ["HOST", "0.0.0.0"],
  ["MAX_FILE_SIZE_MB", 32],
  ["MAX_UPLOAD_SIZE_MB", 100],
  ["DEFAULT_QUALITY", 80],
  ["TOOL_TIMEOUT_SECONDS", 60],
  ["PROCESS_TIMEOUT_SEC", 60],
  ["ALLOWED_ORIGINS", "*"],
  ["COMPRESSION_SEMAPHORE_SIZE", 0],
  ["MAX_QUEUE_DEPTH", 0],
  ["MAGICK_THREAD_LIMIT", 1],
  ["JPEG_ENCODER", "auto"],
  ["AVIF_ENCODER", "auto"],
  ["RESIZE_QUALITY", "exact"],
  ["MAX_IMAGE_PIXELS", 100_000_000],
  ["MAX_FRAMES", 1000],
  ["PUBLIC_ACCESS", false],
  ["LOG_LEVEL", "info"],
  ["SHUTDOWN_GRACE_SECONDS", 30],
];
for (const [name, value] of DEFAULTS) {
  test(`${name} is ${JSON.stringify(value)} unless it is set`, () => {
    const config = readConfig({}) as Record<string, unknown>;
    assert.equal(config[name], value);
  });
}

for (const [name, schema] of settings) {
  test(`${name} has a default that it allows, and says what it is for`, () => {
    const config = readConfig({}) as Record<string, unknown>;
    assert.notEqual(config[name], undefined);
    assert.match(descriptionOf(schema), /^\S.{10,}\.$/);
  });
}

const read: readonly (readonly [string, string, unknown])[] = [
  ["DEFAULT_QUALITY", "55", 55],
  ["DEFAULT_QUALITY", " 55 ", 55],
  ["DEFAULT_QUALITY", "", 80],
  ["DEFAULT_QUALITY", "  ", 80],
  ["PUBLIC_ACCESS", "Yes", true],
  ["PUBLIC_ACCESS", "0", false],
  ["LOG_LEVEL", "WARNING", "warning"],
  ["TOOL_TIMEOUT_SECONDS", "0.5", 0.5],
  ["PORT", "0", "0"],
  ["PORT", "80,443", "80,443"],
  ["OMP_NUM_THREADS", "4", 4],
];
for (const [name, text, value] of read) {
  test(`${name}="${text}" is ${JSON.stringify(value)}`, () => {
    const config = readConfig({ [name]: text }) as Record<string, unknown>;
    const found = name === "OMP_NUM_THREADS" ? "MAGICK_THREAD_LIMIT" : name;
    assert.equal(config[found], value);
  });
}

test("the setting's own name wins over its alias, unless it is empty", () => {
  const both = { MAGICK_THREAD_LIMIT: "2", OMP_NUM_THREADS: "4" };
  assert.equal(readConfig(both).MAGICK_THREAD_LIMIT, 2);
  const empty = { ...both, MAGICK_THREAD_LIMIT: "" };
  assert.equal(readConfig(empty).MAGICK_THREAD_LIMIT, 4);
});

const refused: readonly (readonly [string, string, string])[] = [
  ["DEFAULT_QUALITY", "0", "a whole number from 1 to 100"],
  ["DEFAULT_QUALITY", "101", "a whole number from 1 to 100"],
  ["DEFAULT_QUALITY", "high", "a whole number from 1 to 100"],
  ["DEFAULT_QUALITY", "8e1", "a whole number from 1 to 100"],
  ["MAX_FRAMES", "1.5", "a whole number from 1 to 1000000"],
  ["TOOL_TIMEOUT_SECONDS", "-1", "a number from 0.1 to 3600"],
  ["PUBLIC_ACCESS", "maybe", "true or false"],
  ["RESIZE_QUALITY", "best", "one of exact, fast"],
  ["JPEG_ENCODER", "guetzli", "one of auto, mozjpeg, cjpeg, turbo, pillow"],
];
for (const [name, text, allowed] of refused) {
  test(`${name}="${text}" is refused, with the variable, the value and what it may be`, () => {
    assert.equal(
      faultOf({ [name]: text }),
      `${name}="${text}" is not allowed: it must be ${allowed}.`,
    );
  });
}

for (const text of ["http", "80;81", "80,", "123456", "-1"]) {
  test(`PORT="${text}" is refused`, () => {
    assert.ok(
      faultOf({ PORT: text }).startsWith(`PORT="${text}" is not allowed`),
    );
  });
}

test("all bad settings are named at once", () => {
  const lines = faultOf({
    DEFAULT_QUALITY: "0",
    MAX_FRAMES: "x",
    HOST: "::",
  }).split("\n");
  assert.deepEqual(
    lines.map((line) => line.split("=")[0]),
    ["DEFAULT_QUALITY", "MAX_FRAMES"],
  );
});

const withPasswords: [given: string, shown: string][] = [
  ["redis:/caller:hunter2@cache:6379", "redis:/***@cache:6379"],
  ["caller:hunter2@cache", "caller:***@cache"],
  ["hunter2@cache", "***@cache"],
  ["redis://:hun ter2@cache", "redis://***@cache"],
  ["https://:hunter2@p@ss/@cache", "https://***@cache"],
];
for (const [given, shown] of withPasswords) {
  test(`REDIS_URL="${given}" is refused without its password`, () => {
    const fault = faultOf({ REDIS_URL: given });
    assert.ok(fault.startsWith(`REDIS_URL="${shown}" is not allowed`), fault);
  });
}

test("what was read cannot be changed, and holds nothing else of the environment", () => {
  const config = readConfig({ HOME: "/root", SECRET: "x" });
  assert.ok(Object.isFrozen(config));
  assert.deepEqual(
    Object.keys(config).toSorted(),
    settings.map(([name]) => name).toSorted(),
  );
});
