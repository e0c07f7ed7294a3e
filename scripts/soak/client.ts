// Sends requests over connections that are kept, as cheaply as Node can: the load must not take the cores of what it measures.

import { Agent, request } from "node:http";

export interface Answer {
  /** 0 where there was no reply. */
  readonly status: number;
  /** The error's code, where the reply has one; or the connection's. */
  readonly error: string | undefined;
  readonly ms: number;
  readonly bytes: number;
  readonly retryAfter: number | undefined;
}

export interface Client {
  readonly post: (
    path: string,
    body: Uint8Array,
    signal?: AbortSignal,
  ) => Promise<Answer>;
  readonly get: (path: string) => Promise<Answer & { readonly text: string }>;
  readonly close: () => void;
}

/** A client of the service at `base`; replies are read to their end and dropped, but for errors. */
export function clientOf(base: string): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  const send = (
    method: string,
    path: string,
    body?: Uint8Array,
    signal?: AbortSignal,
  ): Promise<Answer & { text: string }> =>
    new Promise((resolve) => {
      const start = performance.now();
      const none = (error: NodeJS.ErrnoException): void =>
        resolve({
          status: 0,
          error: error.code ?? error.name,
          ms: performance.now() - start,
          bytes: 0,
          retryAfter: undefined,
          text: "",
        });
      const sent = request(
        base + path,
        {
          method,
          agent,
          ...(signal && { signal }),
          ...(body && {
            headers: {
              "content-type": "application/octet-stream",
              "content-length": body.length,
            },
          }),
        },
        (reply) => {
          const status = reply.statusCode ?? 0;
          const isText = /json|text/.test(reply.headers["content-type"] ?? "");
          const after = reply.headers["retry-after"];
          let bytes = 0;
          let text = "";
          reply.on("data", (chunk: Buffer) => {
            bytes += chunk.length;
            if (isText) text += chunk.toString();
          });
          reply.on("error", none);
          reply.on("end", () =>
            resolve({
              status,
              error: status < 400 ? undefined : codeIn(text),
              ms: performance.now() - start,
              bytes,
              retryAfter: after === undefined ? undefined : Number(after),
              text,
            }),
          );
        },
      );
      sent.on("error", none);
      sent.end(body);
    });
  return {
    post: (path, body, signal) => send("POST", path, body, signal),
    get: (path) => send("GET", path),
    close: () => agent.destroy(),
  };
}

function codeIn(text: string): string {
  return /"error":"(\w+)"/.exec(text)?.[1] ?? "none";
}

/** The value of one line of /metrics; 0 where there is none. */
export async function figureOf(client: Client, line: string): Promise<number> {
  const { text } = await client.get("/metrics");
  const found = text.split("\n").find((each) => each.startsWith(`${line} `));
  return Number(found?.slice(line.length + 1) ?? 0);
}

/** How many of each outcome, as text: "200 × 31, 503 service_overloaded × 7". */
export function tally(answers: readonly Answer[]): string {
  const counts = new Map<string, number>();
  for (const { status, error } of answers) {
    const key = error === undefined ? String(status) : `${status} ${error}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => `${key} × ${count}`).join(", ");
}

/** The value below which `share` of them lie; 0 of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
  );
}
