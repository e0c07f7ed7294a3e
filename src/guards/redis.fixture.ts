// Redis for tests: a real server on a free port, and the faulty one of ../shared, each in a process of its own.

import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

import { Redis } from "ioredis";

const STUB = fileURLToPath(
  new URL("../../../shared/hostile/stub_redis.mjs", import.meta.url),
);

/** False where a Redis can be started, else the reason to skip. */
export const withoutRedis = hasCommand("redis-server")
  ? false
  : "redis-server is not installed (Debian: redis-server)";

/** False where the faulty Redis is, else the reason to skip. */
export const withoutStub = existsSync(STUB)
  ? false
  : "the faulty Redis (../shared/hostile/stub_redis.mjs) is not here";

export interface RedisServer {
  readonly url: string;
  /** A connection of the test's own. */
  readonly client: Redis;
  /** Stops the process with its sockets open, as a machine that hangs. */
  readonly freeze: () => void;
  readonly thaw: () => void;
  readonly stop: () => Promise<void>;
}

export async function redisServer(): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), "redis-"));
  const port = await freePort();
  const child = spawn(
    "redis-server",
    ["--port", String(port), "--bind", "127.0.0.1", "--save", ""],
    { cwd: folder, stdio: "ignore" },
  );
  const url = `redis://127.0.0.1:${port}`;
  // Waits in its queue until the server listens.
  const client = new Redis(url, { retryStrategy: () => 20 });
  client.on("error", () => undefined);
  await client.ping();
  return {
    url,
    client,
    freeze: () => child.kill("SIGSTOP"),
    thaw: () => child.kill("SIGCONT"),
    stop: async () => {
      client.disconnect();
      await ended(child);
      await rm(folder, { recursive: true });
    },
  };
}

export interface RedisStub {
  readonly url: string;
  /** How it answers from now on: `ok`, or one of the faults its first line lists. */
  readonly behave: (mode: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

export async function redisStub(): Promise<RedisStub> {
  const port = await freePort();
  const control = await freePort();
  const child = spawn(process.execPath, [STUB, String(port), String(control)], {
    stdio: "ignore",
  });
  const behave = async (mode: string): Promise<void> => {
    const url = `http://127.0.0.1:${control}/`;
    await (await fetch(url, { method: "POST", body: mode })).text();
  };
  while (!(await behave("ok").then(isDone, isNotDone))) await pause();
  return {
    url: `redis://127.0.0.1:${port}`,
    behave,
    stop: () => ended(child),
  };
}

const isDone = (): boolean => true;
const isNotDone = (): boolean => false;

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.on("exit", () => resolve());
    child.kill("SIGKILL");
  });
}

function hasCommand(name: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
