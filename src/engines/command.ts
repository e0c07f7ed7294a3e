// Runs outside tools under limits: time, memory, output and file size; kills what overstays.

import { spawn } from "node:child_process";
import { channel } from "node:diagnostics_channel";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Readable } from "node:stream";

import { ServiceError } from "../errors.ts";
import type { ErrorContext } from "../errors.ts";

/** Bytes of a tool's stderr that are kept for the log; the rest is read and dropped, so that it cannot block. */
const STDERR_BYTES = 4096;
/** Bytes of a tool's stdout; our tools write files, so anything more is a tool gone wrong. */
const STDOUT_BYTES = 256 * 1024;
/** Largest file a tool may write: bounds a tool that spews into the workspace. */
const FILE_BYTES = 4 * 1024 ** 3;

export interface CommandLimits {
  /** Wall time; on passing it the tool is killed and the caller gets `tool_timeout`. */
  readonly timeoutMs: number;
  readonly env?: Readonly<Record<string, string>>;
  /** The file that the tool is to write: without it, or with nothing in it, the tool has failed, whatever it says. */
  readonly output?: string;
}

export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
}

/** What listeners of `toolChannel` hear when a tool has ended, well or not. */
export interface ToolRun {
  readonly name: string;
  /** Wall time from its start to its end. */
  readonly ms: number;
  /** False when it was stopped, crashed, or refused. */
  readonly endedWell: boolean;
}

/** Where the time of every tool is told, for who measures; nobody need listen. */
export const toolChannel = channel("darkroom:tool");

/**
 * Exits by which the wrappers say that they could not execute the tool, and the
 * dynamic linker (127) that a library is missing: no verdict on the image.
 */
const UNSTARTABLE = [126, 127];

let searchPath = "/usr/local/bin:/usr/bin:/bin";

/** Sets where commands are looked for; called once, by the child's entry. */
export function setSearchPath(path: string): void {
  searchPath = path;
}

/** Where a command is found, or undefined. */
export function findCommand(name: string): string | undefined {
  for (const folder of searchPath.split(delimiter)) {
    if (folder === "") continue;
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      continue;
    }
  }
  return undefined;
}

/**
 * Wraps a command in what the system offers to contain it: `prlimit` for CPU
 * seconds, file size and no core dumps, `setpriv` to die with its parent.
 * Missing wrappers are left out; the wall clock still holds.
 */
function contained(
  command: string,
  args: readonly string[],
  timeoutMs: number,
): string[] {
  const cpuSeconds = Math.ceil(timeoutMs / 1000) + 1;
  const prlimit = findCommand("prlimit");
  const setpriv = findCommand("setpriv");
  return [
    ...(prlimit
      ? [
          prlimit,
          `--cpu=${cpuSeconds}`,
          `--fsize=${FILE_BYTES}`,
          "--core=0",
          "--",
        ]
      : []),
    ...(setpriv ? [setpriv, "--pdeathsig", "KILL", "--"] : []),
    command,
    ...args,
  ];
}

/**
 * Runs `name` to its end. Throws `tool_timeout` when it takes longer than
 * allowed, `optimization_failed` when it is missing, crashes, is killed, makes
 * nothing, or exits other than 0 (its status is then in `exit`, unless it never
 * started). The tool's own words never reach the caller: they are the error's
 * `cause`, for the log.
 */
export async function runCommand(
  name: string,
  args: readonly string[],
  limits: CommandLimits,
): Promise<CommandResult> {
  const found = findCommand(name);
  if (found === undefined) throw toolFailed(name, "is not installed");
  const [program = found, ...rest] = contained(found, args, limits.timeoutMs);
  const start = performance.now();
  const child = spawn(program, rest, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: searchPath, LC_ALL: "C", ...limits.env },
  });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill("SIGKILL");
  }, limits.timeoutMs);
  const stdout = collect(child.stdout, STDOUT_BYTES);
  const stderr = collect(child.stderr, STDERR_BYTES);
  try {
    // "exit", not "close": a grandchild that holds the pipe open must not hold us.
    const end = await new Promise<{
      code: number | null;
      signal: string | null;
    }>((resolve, reject) => {
      child.on("error", reject);
      child.on("exit", (code, signal) => resolve({ code, signal }));
    });
    if (toolChannel.hasSubscribers) {
      const run: ToolRun = {
        name,
        ms: performance.now() - start,
        endedWell: end.code === 0 && !timedOut,
      };
      toolChannel.publish(run);
    }
    if (timedOut) {
      throw new ServiceError(
        "tool_timeout",
        `${name} took longer than ${limits.timeoutMs / 1000} s and was stopped.`,
        { tool: name, timeout: limits.timeoutMs / 1000 },
      );
    }
    await Promise.all([drained(child.stdout), drained(child.stderr)]);
    if (end.code !== 0) {
      const cause = new Error(
        `${name}: ${end.signal ?? end.code}: ${stderr()}`,
      );
      if (UNSTARTABLE.includes(end.code ?? 0)) {
        throw toolFailed(name, "could not be started", cause);
      }
      throw toolFailed(
        name,
        end.signal ? "crashed or was stopped" : "refused the image",
        cause,
        end.code === null ? {} : { exit: end.code },
      );
    }
    if (limits.output !== undefined && isEmpty(limits.output)) {
      throw toolFailed(name, "made nothing", new Error(stderr()));
    }
    return { stdout: stdout(), stderr: stderr() };
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw toolFailed(name, "could not be started", error);
  } finally {
    clearTimeout(timer);
    child.stdout.destroy();
    child.stderr.destroy();
  }
}

/** Runs `read` over what `tool` made; what it throws is the tool's fault: it said that all was well. */
export async function believing<T>(
  tool: string,
  read: () => Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw toolFailed(tool, "made what cannot be read", error);
  }
}

function isEmpty(path: string): boolean {
  return !(statSync(path, { throwIfNoEntry: false })?.size ?? 0);
}

/** Milliseconds that output may lag behind an exit. */
const DRAIN_MS = 200;

function drained(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    // An end that has passed is not told again.
    if (stream.readableEnded || stream.destroyed) return resolve();
    const timer = setTimeout(resolve, DRAIN_MS);
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    stream.on("end", done);
    stream.on("close", done);
  });
}

function collect(
  stream: NodeJS.ReadableStream,
  maxBytes: number,
): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on("data", (chunk: Buffer) => {
    if (bytes < maxBytes) chunks.push(chunk.subarray(0, maxBytes - bytes));
    bytes += chunk.length;
  });
  return () => Buffer.concat(chunks).toString("utf8");
}

function toolFailed(
  tool: string,
  what: string,
  cause?: unknown,
  more: ErrorContext = {},
): ServiceError {
  return new ServiceError(
    "optimization_failed",
    `${tool} ${what}.`,
    { tool, ...more },
    { cause },
  );
}
