// Shows that the front stands without the back's libraries: it loads with sharp missing.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

const root = fileURLToPath(new URL("..", import.meta.url));

const WITHOUT_SHARP = `
  import { registerHooks } from "node:module";
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier === "sharp") throw new Error("sharp was reached");
      return next(specifier, context);
    },
  });
`;

for (const [claim, entry, passes] of [
  ["the front loads with sharp missing", "./src/main.ts", true],
  [
    "the check bites: a child does not load without sharp",
    "./src/pool/worker.ts",
    false,
  ],
] as const) {
  test(claim, () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [
        "--input-type=module",
        "--eval",
        `${WITHOUT_SHARP}\nawait import(${JSON.stringify(new URL(entry, `file://${root}`).href)}); process.exit(0);`,
      ],
      { cwd: root, encoding: "utf8" },
    );
    assert.equal(status === 0, passes, stderr);
  });
}
