// Runs the long claims about a service under load and fault, one scenario after the other: npm run soak -- [name…].

import { children } from "./children.ts";
import { abandoned } from "./abandoned.ts";
import { bombs } from "./bombs.ts";
import { endurance } from "./endurance.ts";
import { overload } from "./overload.ts";
import { shutdown } from "./shutdown.ts";
import { tools } from "./tools.ts";

const SCENARIOS = [
  children,
  shutdown,
  abandoned,
  bombs,
  overload,
  tools,
  endurance,
];

const asked = process.argv.slice(2);
const unknown = asked.filter(
  (name) => !SCENARIOS.some((scenario) => scenario.name === name),
);
if (unknown.length > 0) {
  const names = SCENARIOS.map(({ name }) => name).join(", ");
  console.error(`no such scenario: ${unknown.join(", ")}; there are ${names}`);
  process.exit(2);
}

let failed = 0;
for (const { name, run } of SCENARIOS) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const start = performance.now();
  console.log(name);
  try {
    await run((claim, holds, seen) => {
      if (!holds) failed++;
      console.log(`  ${holds ? "ok  " : "FAIL"} ${claim}: ${seen}`);
    });
  } catch (error) {
    failed++;
    console.log(
      `  FAIL ${error instanceof Error ? error.stack : String(error)}`,
    );
  }
  console.log(`  (${((performance.now() - start) / 1000).toFixed(0)} s)`);
}
process.exit(failed === 0 ? 0 : 1);
