// Claims about peers: one that is missing is skipped with a reason, one that runs is measured with all it starts.

import assert from "node:assert/strict";
import { test } from "node:test";

import { findPeer } from "./find.ts";
import type { Peer } from "./peer.ts";
import { PEERS } from "./table.ts";
import { timedCommand } from "./timed-command.ts";

const peer = (command: readonly string[]): Peer => ({
  ...PEERS[0]!,
  name: "stand-in",
  version: { command, says: /Stand-in (\S+)/ },
});

test("a peer that answers is found with its version", async () => {
  const report = await findPeer(peer(["echo", "Stand-in 1.2"]));
  assert.deepEqual([report.version, report.skipped], ["1.2", null]);
});

test("a peer that is not installed is skipped with a reason", async () => {
  const report = await findPeer(peer(["no-such-program-here", "--version"]));
  assert.equal(report.skipped, "no-such-program-here does not run here");
});

test("another program of the same name is not taken for the peer", async () => {
  const report = await findPeer(peer(["echo", "something else"]));
  assert.match(report.skipped ?? "", /another program/);
});

test("CPU counts what a command's own children burn, on whatever it says", async () => {
  const burn = "i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done";
  const { cpuMs, wallMs } = await timedCommand([
    "sh",
    "-c",
    `sh -c '${burn}'; echo 9.999 9.999 >&2`,
  ]);
  assert.ok(cpuMs !== null && cpuMs >= 10 && cpuMs <= wallMs * 1.1, `${cpuMs}`);
});

test("a command that fails says why", async () => {
  await assert.rejects(
    timedCommand(["sh", "-c", "echo bad picture >&2; exit 3"]),
    /bad picture/,
  );
});

test("every peer's command names its input, its output and its level", () => {
  for (const { command, formats, levels } of PEERS) {
    for (const format of formats) {
      const lines = levels.map((level) =>
        command({ input: "/in", output: "/out", format, level }).join(" "),
      );
      assert.ok(lines.every((line) => /\/in/.test(line) && /\/out/.test(line)));
      assert.equal(new Set(lines).size, levels.length);
    }
  }
});
