// So many clients, each asking anew as soon as it is answered; notes what each answer was and how long it took.

import { readFile } from "node:fs/promises";

import type { CorpusFile } from "../corpus/load.ts";
import type { LoadRequest } from "../run/result.ts";
import { wordsOf } from "../run/serve.ts";
import { KINDS, requestsOf } from "./mix.ts";
import type { Mix } from "./mix.ts";

/**
 * What a refused client waits, whatever Retry-After says: the load stays on,
 * and is made of work, not of refusals.
 */
const REFUSED_PAUSE_MS = 100;

export interface ClientSettings {
  readonly base: string;
  readonly concurrency: number;
  readonly seconds: number;
  readonly mix: Mix;
  readonly seed: number;
}

/** Resolves with all requests, in the order they ended, when the last is answered. */
export async function runClients(
  files: readonly CorpusFile[],
  { base, concurrency, seconds, mix, seed }: ClientSettings,
): Promise<LoadRequest[]> {
  const bodies = new Map<string, Promise<Buffer>>();
  const bodyOf = ({ path }: CorpusFile): Promise<Buffer> => {
    const body = bodies.get(path) ?? readFile(path);
    bodies.set(path, body);
    return body;
  };
  const done: LoadRequest[] = [];
  const next = requestsOf(mix, files, seed);
  const start = performance.now();
  const client = async (): Promise<void> => {
    while (performance.now() - start < seconds * 1000) {
      const { kind, file } = next.next().value;
      const body = await bodyOf(file);
      const began = performance.now();
      const answer = await ask(`${base}${KINDS[kind]}`, body);
      done.push({
        kind,
        file: file.name,
        atMs: began - start,
        ms: performance.now() - began,
        ...answer,
      });
      if (answer.status !== 200) await pause(REFUSED_PAUSE_MS);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, client));
  return done;
}

async function ask(
  url: string,
  body: Buffer,
): Promise<Pick<LoadRequest, "status" | "queueMs" | "reason">> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/octet-stream" },
      body: new Uint8Array(body),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const { status, headers } = response;
    const queueMs = queueOf(headers.get("server-timing"));
    return { status, queueMs, reason: status === 200 ? null : reasonOf(bytes) };
  } catch (error) {
    return { status: 0, queueMs: null, reason: wordsOf(error) };
  }
}

/** `queue;dur=1.5, decode;dur=12.0` says 1.5. */
function queueOf(timing: string | null): number | null {
  const text = /\bqueue;dur=([\d.]+)/.exec(timing ?? "")?.[1];
  return text === undefined ? null : Number(text);
}

/** The service's code and words, which tell a full queue from a full disk. */
function reasonOf(body: Buffer): string {
  try {
    const { error, message } = JSON.parse(body.toString()) as {
      error?: string;
      message?: string;
    };
    return `${error}: ${message}`;
  } catch {
    return "no words";
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
