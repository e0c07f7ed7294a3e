// Every outside tool, misbehaving in every way that ../shared/hostile/fake_tools.sh knows: nothing invalid is sent, nothing hangs.

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { photo } from "../../test/images.fixture.ts";
import {
  descendantsOf,
  processes,
  serviceProcess,
} from "../../test/process.fixture.ts";
import { postRaw } from "../../test/requests.fixture.ts";
import type { Scenario } from "./scenario.ts";

const FAKES = fileURLToPath(
  new URL("../../../shared/hostile/fake_tools.sh", import.meta.url),
);
/** Those that can be switched while the service runs, and those that are other files. */
const MODES = [
  ..."fail segv kill hang ignoreterm spew garbage badmagic empty".split(" "),
  ..."bigger stderr slowout orphan eatstdin enoent noexec".split(" "),
];
const TOOL_TIMEOUT_S = 5;
const JOB_TIMEOUT_S = 20;
/** Beyond the job's limit: what is spent on the way there and back on a machine with other work. */
const MARGIN_MS = 2000;

interface Use {
  readonly tool: string;
  readonly path: string;
  readonly body: Uint8Array;
}

export const tools: Scenario = {
  name: "tools",
  run: async (say) => {
    if (!existsSync(FAKES)) {
      say("fake tools", true, `skipped: there is no ${FAKES}`);
      return;
    }
    const folder = await mkdtemp(join(tmpdir(), "fakes-"));
    const names = [
      "gifsicle",
      "jpegtran",
      "avifenc",
      "heif-enc",
      "vips",
      "cjxl",
      "djxl",
    ];
    // A folder for each: the mode stands in a file beside the fakes.
    const fake = (mode: string, tool: string): void => {
      execFileSync("bash", [FAKES, mode, join(folder, tool), tool]);
    };
    for (const name of names) fake("real", name);
    const service = await serviceProcess({
      PATH: [
        ...names.map((name) => join(folder, name)),
        process.env["PATH"],
      ].join(":"),
      TOOL_TIMEOUT_SECONDS: String(TOOL_TIMEOUT_S),
      PROCESS_TIMEOUT_SEC: String(JOB_TIMEOUT_S),
      WORKSPACE_DIR: "/dev/shm",
    });
    const groups = new Set<number>();
    try {
      for (const { tool, path, body } of await uses(service.base)) {
        const seen = new Map<string, string[]>();
        for (const mode of [...MODES, ...Object.keys(LIES)]) {
          for (const { pid } of descendantsOf(service.pid)) groups.add(pid);
          if (mode in LIES) await lie(join(folder, tool), tool, mode);
          else fake(mode, tool);
          const start = performance.now();
          const reply = await postRaw(service.base + path, body);
          const bytes = new Uint8Array(await reply.arrayBuffer());
          const ms = performance.now() - start;
          // Judged by honest tools.
          fake("real", tool);
          const judged = await verdict(service.base, reply, bytes, body);
          const isSlow = ms > JOB_TIMEOUT_S * 1000 + MARGIN_MS;
          const left = await leftovers(groups);
          const faults = [
            ...(judged.isFine ? [] : ["INVALID"]),
            ...(isSlow ? [`SLOW ${ms.toFixed(0)} ms`] : []),
            ...(left.length > 0 ? [`LEFT ${left.join(" ")}`] : []),
          ];
          const key = [judged.seen, ...faults].join(" ");
          seen.set(key, [...(seen.get(key) ?? []), mode]);
        }
        const text = [...seen].map(
          ([what, modes]) => `${what} (${modes.join(" ")})`,
        );
        say(
          `${tool}, ${path}: nothing invalid is sent, nothing hangs, nothing is left`,
          !/INVALID|SLOW|LEFT/.test(text.join()),
          text.join("; "),
        );
      }
    } finally {
      await service.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** One request for each tool that cannot do without it. Throws when it does not run with honest tools. */
async function uses(base: string): Promise<Use[]> {
  const picture = photo(320, 240);
  const jpeg = await picture
    .clone()
    .withExif({ IFD0: { Copyright: "someone" } })
    .jpeg({ quality: 90 })
    .toBuffer();
  const tall = await photo(320, 2700).jpeg().toBuffer();
  const made = async (path: string, body: Uint8Array): Promise<Uint8Array> => {
    const reply = await postRaw(base + path, body);
    const bytes = new Uint8Array(await reply.arrayBuffer());
    if (reply.status === 200) return bytes;
    throw new Error(`${path}: ${Buffer.from(bytes).toString()}`);
  };
  const all: Use[] = [
    {
      tool: "gifsicle",
      path: "/optimize",
      body: await picture.clone().gif().toBuffer(),
    },
    { tool: "jpegtran", path: "/optimize?preset=low", body: jpeg },
    { tool: "avifenc", path: "/convert?format=avif&avif_yuv=422", body: jpeg },
    { tool: "heif-enc", path: "/convert?format=heic", body: jpeg },
    {
      tool: "vips",
      path: "/convert",
      // Smaller ones are decoded without it.
      body: await made("/convert?format=heic", tall),
    },
    { tool: "cjxl", path: "/convert?format=jxl", body: jpeg },
    {
      tool: "djxl",
      path: "/convert",
      body: await made("/convert?format=jxl", jpeg),
    },
  ];
  for (const { path, body } of all) await made(path, body);
  return all;
}

const TYPED = [
  "422 optimization_failed",
  "422 invalid_image",
  "415 unsupported_format",
  "500 tool_timeout",
];

/** A result must decode, and an error be one that the contract names for this. */
async function verdict(
  base: string,
  reply: Response,
  bytes: Uint8Array,
  sent: Uint8Array,
): Promise<{ isFine: boolean; seen: string }> {
  if (reply.status !== 200) {
    const { error } = JSON.parse(Buffer.from(bytes).toString()) as {
      error: string;
    };
    const seen = `${reply.status} ${error}`;
    return { isFine: TYPED.includes(seen), seen };
  }
  const method = reply.headers.get("x-optimization-method");
  const seen = `200${method === null ? "" : ` ${method}`}`;
  if (Buffer.from(bytes).equals(sent)) return { isFine: true, seen };
  const read = await postRaw(`${base}/convert?format=png`, bytes);
  await read.arrayBuffer();
  const isSized = read.headers.get("x-image-width") === "320";
  return { isFine: read.status === 200 && isSized, seen };
}

/**
 * Names of processes that the children's tools have left, after a moment in
 * which they may end: in the group of a child that is or was, and no child.
 */
async function leftovers(groups: ReadonlySet<number>): Promise<string[]> {
  const find = (): string[] =>
    processes()
      .filter(({ pid, group }) => groups.has(group) && pid !== group)
      .map(({ name }) => name);
  for (let i = 0; i < 20 && find().length > 0; i++) await pause(50);
  return find();
}

/** Tools that do their work and then spoil it: what they say is that all is well. */
const LIES: Readonly<Record<string, string>> = {
  "lie-random": 'head -c 5000 /dev/urandom > "$made"',
  "lie-half": 'truncate -s $(($(stat -c %s "$made") / 2)) "$made"',
  "lie-zeros":
    'size=$(stat -c %s "$made"); truncate -s 200 "$made"; truncate -s $size "$made"',
  "lie-empty": ': > "$made"',
};

/** Puts a liar in the place of `tool`; its output is named by -o or -outfile, or last. */
async function lie(folder: string, tool: string, mode: string): Promise<void> {
  const path = join(folder, tool);
  await writeFile(
    path,
    `#!/bin/bash
previous= made=
for each; do
  case $previous in -o|-outfile) made=$each;; esac
  previous=$each
done
[ -n "$made" ] || made=$previous
PATH=$(printf %s "$PATH" | tr : '\\n' | grep -vxF ${folder} | paste -sd:)
${tool} "$@" || exit $?
[ -f "$made" ] || exit 0
${LIES[mode]}
`,
    { mode: 0o755 },
  );
}
