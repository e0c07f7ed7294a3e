// Reads the environment once, judges every setting by its room's schema, and freezes the result; the only reader of process.env.

import { existsSync } from "node:fs";

import { Type } from "typebox";
import type { Static, TSchema } from "typebox";
import { Compile } from "typebox/compile";

import { guardSettings } from "./guards/settings.ts";
import { httpSettings } from "./http/settings.ts";
import { netSettings } from "./net/settings.ts";
import { observeSettings } from "./observe/settings.ts";
import { poolSettings } from "./pool/settings.ts";
import { sinkSettings } from "./sinks/settings.ts";
import { allowedBy, coerceText, defaultOf } from "./schema-text.ts";

/** Every setting, by its environment name: the list that .env.example and the docs are made from. */
export const SETTINGS = Type.Object({
  ...httpSettings,
  ...guardSettings,
  ...netSettings,
  ...sinkSettings,
  ...poolSettings,
  ...observeSettings,
});

export type Config = Readonly<Static<typeof SETTINGS>>;

/** Names that mean another setting; the other wins where both are set. */
const ALIASES: Readonly<Record<string, keyof Config>> = {
  OMP_NUM_THREADS: "MAGICK_THREAD_LIMIT",
};

/** Settings that cannot be used, one sentence each. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The process's environment, with `./.env` beneath it where there is one. */
export function readEnvironment(): Environment {
  // loadEnvFile leaves variables alone that are set already.
  if (existsSync(".env")) process.loadEnvFile(".env");
  return process.env;
}

/** Throws `ConfigError` naming every bad variable, its value and what it may be. */
export function readConfig(environment: Environment): Config {
  const faults: string[] = [];
  const entries = Object.entries(
    SETTINGS.properties as Record<string, TSchema>,
  );
  const config = entries.map(([name, schema]) => {
    const text = valueOf(name, environment);
    const value =
      text === undefined ? defaultOf(schema) : coerceText(text, schema);
    if (!Compile(schema).Check(value)) {
      faults.push(
        `${name}="${withoutUser(text)}" is not allowed: it must be ${allowedBy(schema)}.`,
      );
    }
    return [name, value] as const;
  });
  if (faults.length > 0) throw new ConfigError(faults.join("\n"));
  return Object.freeze(Object.fromEntries(config)) as Config;
}

/** A value as it may be shown: what stands before the `@` of an address may be a password, however malformed the rest. */
function withoutUser(text: string | undefined): string {
  return (text ?? "").replace(/^([a-z][a-z0-9+.-]*:\/*)?.*@/is, "$1***@");
}

/** An empty value is none, as in files made from .env.example. */
function valueOf(name: string, environment: Environment): string | undefined {
  const names = [
    name,
    ...Object.keys(ALIASES).filter((alias) => ALIASES[alias] === name),
  ];
  return names
    .map((key) => environment[key]?.trim())
    .find((value) => value !== undefined && value !== "");
}
