// Everything CI runs beside the tests, in one order: types, lint, format, import walls, unused code, docs against tables.

import { spawnSync } from "node:child_process";

const CHECKS: readonly (readonly [title: string, ...command: string[]])[] = [
  ["types", "tsc", "-p", "."],
  ["lint", "oxlint", "--type-aware", "--deny-warnings"],
  ["format", "prettier", "--check", "--log-level=warn", "."],
  [
    "import walls",
    "depcruise",
    "src",
    "bench",
    "--config",
    ".dependency-cruiser.mjs",
  ],
  ["unused code", "knip", "--no-progress"],
  ["docs", "node", "scripts/docs.ts", "--check"],
];

const failed: string[] = [];
for (const [title, program, ...args] of CHECKS) {
  const { status, error } = spawnSync(program ?? "", args, {
    stdio: "inherit",
  });
  const passed = status === 0;
  console.log(
    `${passed ? "ok  " : "FAIL"} ${title}${error ? `: ${error.message}` : ""}`,
  );
  if (!passed) failed.push(title);
}
console.log(`${CHECKS.length - failed.length} passed, ${failed.length} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;
