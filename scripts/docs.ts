// Writes the parts of the docs that repeat a table or a schema, or with --check fails where they differ.

import { readFileSync, writeFileSync } from "node:fs";

import type { TObject, TSchema } from "typebox";

import { ALL_CODECS } from "../src/codecs/table.ts";
import { SETTINGS } from "../src/config.ts";
import { ERRORS } from "../src/errors.ts";
import { ConvertOptions } from "../src/http/convert-options.ts";
import { OptimizeOptions } from "../src/http/optimize-options.ts";
import { StorageOptions } from "../src/http/storage-options.ts";
import { STATUS } from "../src/http/problem.ts";
import { allowedBy, defaultOf, descriptionOf } from "../src/schema-text.ts";
import { directLicences, licenceCounts } from "./licences.ts";

type Row = readonly string[];

const BLOCKS: Readonly<Record<string, () => string>> = {
  formats: formatTable,
  methods: methodTable,
  settings: settingsTable,
  "convert-options": () => optionTable(ConvertOptions),
  "optimize-options": () => optionTable(OptimizeOptions),
  "storage-options": () => optionTable(StorageOptions),
  errors: errorTable,
  licences: licenceTable,
};

/** Documents with blocks between `<!-- name -->` and `<!-- /name -->`. */
const DOCUMENTS = ["README.md", "docs/api.md", "docs/security.md"];
const ENV_EXAMPLE = ".env.example";

const root = new URL("../", import.meta.url);
const checking = process.argv.includes("--check");
const stale = [...DOCUMENTS, ENV_EXAMPLE].filter(
  (name) => !bringUpToDate(name),
);
if (stale.length > 0) {
  console.error(`out of date, run "npm run docs": ${stale.join(", ")}`);
  process.exitCode = 1;
}

/** True when the file says what the tables say, or has just been made to. */
function bringUpToDate(name: string): boolean {
  const url = new URL(name, root);
  const now = readOrEmpty(url);
  const due = name === ENV_EXAMPLE ? envExample() : withBlocks(now);
  if (due === now) return true;
  if (!checking) writeFileSync(url, due);
  return !checking;
}

function readOrEmpty(url: URL): string {
  try {
    return readFileSync(url, "utf8");
  } catch {
    return "";
  }
}

function withBlocks(text: string): string {
  return text.replace(
    /<!-- ([a-z-]+) -->\n[\s\S]*?<!-- \/\1 -->/g,
    (whole, name: string) => {
      const make = BLOCKS[name];
      if (make === undefined) throw new Error(`no block is called ${name}`);
      return `<!-- ${name} -->\n\n${make()}\n\n<!-- /${name} -->`;
    },
  );
}

/** Columns padded as Prettier would, so that a generated file is a formatted one. */
function table(rows: readonly Row[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(3, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const line = (cells: Row): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = rows;
  return [
    line(head),
    line(widths.map((width) => "-".repeat(width))),
    ...body.map(line),
  ].join("\n");
}

function formatTable(): string {
  return table([
    ["Format", "Read", "Written by /convert as", "/optimize"],
    ...ALL_CODECS.map(({ name, outputNames, strategies }) => [
      name,
      "yes",
      outputNames.length > 0
        ? outputNames.map((each) => `\`${each}\``).join(" ")
        : "–",
      strategies.length > 0 ? "yes" : "–",
    ]),
  ]);
}

function methodTable(): string {
  const rows = ALL_CODECS.flatMap(({ name, strategies }) =>
    strategies.map((strategy) => [
      name,
      `\`${strategy.name}\``,
      (strategy.methods ?? [strategy.name])
        .map((method) => `\`${method}\``)
        .join(", "),
      strategy.loses,
    ]),
  );
  return table([
    ["Format", "Strategy", "`X-Optimization-Method`", "Loses"],
    ...rows,
    ["all", "–", "`none`", "nothing: the original comes back"],
  ]);
}

function settingsTable(): string {
  return table([
    ["Variable", "Default", "Meaning"],
    ...propertiesOf(SETTINGS).map(([name, schema]) => [
      `\`${name}\``,
      shown(defaultOf(schema)),
      descriptionOf(schema),
    ]),
  ]);
}

function optionTable(options: TObject): string {
  return table([
    ["Field", "Default", "Allowed", "Meaning"],
    ...propertiesOf(options).map(([name, schema]) => [
      `\`${name}\``,
      shown(defaultOf(schema)),
      allowedBy(schema),
      descriptionOf(schema),
    ]),
  ]);
}

function errorTable(): string {
  return table([
    ["Code", "HTTP", "Who can do something about it"],
    ...Object.entries(ERRORS).map(([code, blame]) => [
      `\`${code}\``,
      String(STATUS[code as keyof typeof STATUS]),
      blame,
    ]),
  ]);
}

function licenceTable(): string {
  const counts = licenceCounts();
  const all = counts.reduce((sum, [, packages]) => sum + packages, 0);
  const told = counts.map(([licence, packages]) => `${licence} ${packages}`);
  return [
    table([
      ["Package", "Version", "Licence"],
      ...directLicences().map(([name, ...rest]) => [`\`${name}\``, ...rest]),
    ]),
    `With all that these bring, on every platform, ${all} packages: ${told.join(", ")}.`,
  ].join("\n\n");
}

function envExample(): string {
  const entries = propertiesOf(SETTINGS).map(([name, schema]) =>
    [
      `# ${descriptionOf(schema)}`,
      `# Allowed: ${allowedBy(schema)}.`,
      `#${name}=${String(defaultOf(schema))}`,
    ].join("\n"),
  );
  return `# Settings of the service, each with its default: uncomment to change.\n# The real environment wins over this file. Made by "npm run docs".\n\n${entries.join("\n\n")}\n`;
}

function propertiesOf(schema: TObject): [string, TSchema][] {
  return Object.entries(schema.properties as Record<string, TSchema>);
}

function shown(value: unknown): string {
  if (value === undefined || value === "") return "–";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return `\`${text}\``;
}
