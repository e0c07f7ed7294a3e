// Shows that the import walls stand: every file is looked at, and a planted breach is found.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { globSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

const root = fileURLToPath(new URL("..", import.meta.url));

interface Cruise {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly violations: readonly {
      readonly rule: { readonly name: string };
    }[];
  };
}

function cruise(): Cruise {
  const { stdout } = spawnSync(
    "depcruise",
    ["src", "--config", ".dependency-cruiser.mjs", "--output-type", "json"],
    { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 ** 2 },
  );
  return JSON.parse(stdout) as Cruise;
}

test("the walls are checked over every file of src", () => {
  const cruised = new Set(cruise().modules.map(({ source }) => source));
  const missed = globSync("src/**/*.ts", { cwd: root }).filter(
    (file) => !cruised.has(file),
  );
  assert.deepEqual(missed, []);
  assert.ok(cruised.size > 100);
});

/** A file planted in a room, and the wall it breaches. */
const BREACHES: readonly (readonly [
  file: string,
  code: string,
  wall: string,
])[] = [
  [
    "src/http/planted.ts",
    'import "../engines/vips.ts";\n',
    "front-decodes-nothing",
  ],
  ["src/image/planted.ts", 'import "../config.ts";\n', "image-is-pure"],
  [
    "src/codecs/png/planted.ts",
    'import "../jpeg/plan.ts";\n',
    "formats-are-strangers",
  ],
  ["src/verbs/planted.ts", 'import "sharp";\n', "sharp-in-its-door"],
  ["src/observe/planted.ts", 'import "ioredis";\n', "ioredis-in-its-door"],
  [
    "src/guards/planted.ts",
    'import "node:child_process";\n',
    "processes-have-two-parents",
  ],
];

for (const [file, code, wall] of BREACHES) {
  test(`a breach of ${wall} is found`, () => {
    const path = `${root}${file}`;
    writeFileSync(path, code);
    try {
      const found = cruise().summary.violations.map(({ rule }) => rule.name);
      assert.ok(found.includes(wall), `found: ${found.join(", ")}`);
    } finally {
      rmSync(path);
    }
  });
}
