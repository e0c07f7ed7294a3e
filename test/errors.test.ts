// Every code of the error table is reached over HTTP, with the status, envelope, headers and context that the contract names.

import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { Writable } from "node:stream";
import { describe, test } from "node:test";

import { pino } from "pino";

import type { ErrorCode } from "../src/errors.ts";
import { ERRORS } from "../src/errors.ts";
import { noise, pngClaiming, solid } from "./images.fixture.ts";
import {
  bytesOf,
  exchange,
  expectProblem,
  imageOf,
  postForm,
  postJson,
  postRaw,
  PRESENT,
  rawPost,
  UUID,
} from "./requests.fixture.ts";
import type { Expected } from "./requests.fixture.ts";
import { busyChild, eventually, serve, served } from "./service.fixture.ts";
import type { Served, Settings } from "./service.fixture.ts";

const MB = 1024 ** 2;
const tiny = await solid(16, 8).jpeg().toBuffer();
const text = Buffer.from("this is a text, not an image\n".repeat(20));
/** Takes libaom at speed 0 many seconds. */
const heavy = await noise(1600, 1300).jpeg({ quality: 90 }).toBuffer();
const SLOWEST = "format=avif&avif_speed=0&q=90";

interface Reach {
  readonly code: ErrorCode;
  readonly context?: Expected["context"];
  readonly settings?: Settings;
  /** The request that ends in the error. */
  readonly request: (service: Served) => Promise<Response>;
}

const jpeg = { "content-type": "image/jpeg" };

/** Nothing listens there. */
const NOBODY = "http://127.0.0.1:9/";

const REACHED = {
  bad_request: {
    context: { field: "q" },
    request: ({ base }) => postRaw(`${base}/convert?q=101`, tiny),
  },
  unauthorized: {
    settings: { API_KEY: "secret" },
    request: ({ base }) => postRaw(`${base}/convert`, tiny),
  },
  not_found: {
    context: { available_endpoints: PRESENT, docs: PRESENT },
    request: ({ base }) => fetch(`${base}/no/such/path`),
  },
  method_not_allowed: {
    request: ({ base }) => fetch(`${base}/convert`),
  },
  file_too_large: {
    settings: { MAX_UPLOAD_SIZE_MB: "1" },
    context: { file_size: 2 * MB, limit: MB },
    request: ({ base }) => postRaw(`${base}/convert`, Buffer.alloc(2 * MB)),
  },
  image_too_large: {
    settings: { MAX_IMAGE_PIXELS: "100" },
    context: { limit: 100 },
    request: ({ base }) => postRaw(`${base}/convert`, tiny, jpeg),
  },
  unsupported_format: {
    context: { detected: null },
    request: ({ base }) => postRaw(`${base}/convert`, text, jpeg),
  },
  invalid_image: {
    request: ({ base }) =>
      postRaw(`${base}/convert`, heavy.subarray(0, 99_999)),
  },
  overlay_failed: {
    request: ({ base }) =>
      postForm(`${base}/convert`, [
        ["file", tiny],
        ["overlay", text],
      ]),
  },
  optimization_failed: {
    context: { tool: "worker" },
    settings: { WORKERS: "1", COMPRESSION_SEMAPHORE_SIZE: "1" },
    request: async (service) => {
      const reply = postRaw(`${service.base}/convert?${SLOWEST}`, heavy);
      process.kill(await busyChild(service), "SIGKILL");
      return reply;
    },
  },
  ssrf_blocked: {
    context: { url: "https://127.0.0.1/a.png" },
    request: ({ base }) =>
      postJson(`${base}/optimize`, { url: "https://127.0.0.1/a.png" }),
  },
  url_fetch_failed: {
    settings: {
      URL_FETCH_SCHEMES: "http",
      URL_FETCH_ALLOWED_NETWORKS: "127.0.0.0/8",
    },
    context: { url: NOBODY },
    request: ({ base }) => postJson(`${base}/convert`, { src_url: NOBODY }),
  },
  storage_failed: {
    settings: {
      S3_ENDPOINT_URL: NOBODY,
      S3_BUCKET: "pictures",
      S3_ACCESS_KEY_ID: "key",
      S3_SECRET_ACCESS_KEY: "secret",
    },
    context: { provider: "r2", bucket: "pictures" },
    request: ({ base }) => postRaw(`${base}/convert?upload_s3=true`, tiny),
  },
  rate_limit_exceeded: {
    settings: { RATE_LIMIT_STORE: "memory", RATE_LIMIT_PUBLIC_RPM: "1" },
    context: { retry_after: PRESENT, limit: 1 },
    request: async ({ base }) => {
      await imageOf(await postRaw(`${base}/convert`, tiny));
      return postRaw(`${base}/convert`, tiny);
    },
  },
  client_closed: "log",
  tool_timeout: {
    settings: { PROCESS_TIMEOUT_SEC: "0.5" },
    context: { tool: "job", timeout: 0.5 },
    request: ({ base }) => postRaw(`${base}/convert?${SLOWEST}`, heavy),
  },
  internal_error: {
    // Where its workspace goes away, the service cannot help it.
    settings: { WORKERS: "1" },
    request: async ({ base, workspaceDir }) => {
      await rm(workspaceDir, { recursive: true });
      return postRaw(`${base}/convert`, tiny);
    },
  },
  service_overloaded: {
    settings: {
      COMPRESSION_SEMAPHORE_SIZE: "1",
      MAX_QUEUE_DEPTH: "1",
      PROCESS_TIMEOUT_SEC: "0.8",
    },
    context: { retry_after: PRESENT },
    request: async ({ base }) => {
      const url = `${base}/convert?${SLOWEST}`;
      const replies = Array.from({ length: 3 }, () => postRaw(url, heavy));
      const first = await Promise.race(replies);
      // Two more were taken: one runs, one waits; both end by the deadline.
      const others = await Promise.all(replies);
      for (const reply of others) if (reply !== first) await bytesOf(reply);
      return first;
    },
  },
} satisfies Record<ErrorCode, Omit<Reach, "code"> | "log">;

describe("the error table", () => {
  const shared = served();
  const reached = Object.entries(REACHED) as [
    ErrorCode,
    Omit<Reach, "code"> | "log",
  ][];
  for (const [error, row] of reached) {
    if (row === "log") continue;
    test(`${error} is reached, with its status, envelope and context`, async () => {
      const service = row.settings ? await serve(row.settings) : shared();
      try {
        const response = await row.request(service);
        const { headers } = response;
        const body = await expectProblem(response, {
          error,
          ...(row.context && { context: row.context }),
        });
        assert.match(headers.get("x-request-id") ?? "", UUID);
        if (!("retry_after" in body)) return;
        const seconds = headers.get("retry-after");
        assert.match(seconds ?? "", /^[1-9]\d*$/);
        assert.equal(body["retry_after"], Number(seconds));
      } finally {
        if (row.settings) {
          await service.stop();
          await rm(service.workspaceDir, { recursive: true, force: true });
        }
      }
    });
  }

  test("the table of tests names every code there is", () => {
    assert.deepEqual(
      Object.keys(REACHED).toSorted(),
      Object.keys(ERRORS).toSorted(),
    );
  });
});

interface Line {
  readonly id?: string;
  readonly status?: number;
  readonly ms?: number;
}

describe("a client that leaves", () => {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  const service = served({}, pino({ level: "info" }, stream));

  test("is logged as 499, and nothing was sent", async () => {
    const leaving = new AbortController();
    const url = `${service().base}/convert?${SLOWEST}`;
    const reply = fetch(url, {
      method: "POST",
      body: heavy,
      headers: { ...jpeg, "x-request-id": "the-leaver" },
      signal: leaving.signal,
    });
    await busyChild(service());
    leaving.abort();
    await assert.rejects(reply, { name: "AbortError" });
    await eventually("a log line of the request", () => mine().length > 0);
    const line = mine().find(({ status }) => status);
    assert.equal(line?.status, 499);
    // A child had worked on it for 50 ms at least.
    assert.ok((line?.ms ?? 0) >= 50, `${line?.ms} ms`);
  });

  const mine = (): Line[] =>
    lines
      .map((line) => JSON.parse(line) as Line)
      .filter(({ id }) => id === "the-leaver");
});

describe("limits", () => {
  const service = served({
    MAX_UPLOAD_SIZE_MB: "1",
    MAX_FILE_SIZE_MB: "1",
  });
  const big = Buffer.alloc(MB + 1);

  for (const path of ["/convert", "/optimize"]) {
    const ways: readonly (readonly [
      how: string,
      send: (url: string) => Promise<Response>,
    ])[] = [
      ["with its length declared", (url) => postRaw(url, big)],
      ["in chunks", (url) => postChunked(url, big)],
      ["in a form", (url) => postForm(url, [["file", big]])],
    ];
    for (const [how, send] of ways) {
      test(`${path} refuses a file one byte too large ${how}`, async () => {
        await expectProblem(await send(service().base + path), {
          error: "file_too_large",
          context: { file_size: PRESENT, limit: MB },
        });
      });
    }

    test(`${path} refuses a declared length before any of it arrives`, async () => {
      const head = { "Content-Type": "image/png", "Content-Length": 10 * MB };
      const response = await exchange(
        service().port,
        rawPost(path, head),
        2000,
      );
      await expectProblem(response, {
        error: "file_too_large",
        context: { file_size: 10 * MB, limit: MB },
      });
    });

    test(`${path} refuses a JSON body of 2 MB, naming the limit`, async () => {
      const response = await postJson(service().base + path, {
        url: "x".repeat(2 * MB),
      });
      await expectProblem(response, {
        error: "file_too_large",
        context: { limit: PRESENT },
      });
    });

    test(`${path} refuses a PNG that claims 50000 × 50000 at once`, async () => {
      const start = performance.now();
      const bomb = pngClaiming(50_000, 50_000);
      await expectProblem(await postRaw(service().base + path, bomb), {
        error: "image_too_large",
        context: { limit: 100_000_000 },
      });
      assert.ok(performance.now() - start < 500, "nothing was decoded");
    });
  }

  test("a file of exactly the limit is not too large", async () => {
    const filled = Buffer.concat([tiny, Buffer.alloc(MB - tiny.length)]);
    await imageOf(await postRaw(`${service().base}/convert`, filled, jpeg));
  });
});

async function postChunked(url: string, body: Buffer): Promise<Response> {
  const pieces = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < body.length; at += 65_536) {
        controller.enqueue(new Uint8Array(body.subarray(at, at + 65_536)));
      }
      controller.close();
    },
  });
  const init = { method: "POST", body: pieces, headers: jpeg, duplex: "half" };
  return fetch(url, init as RequestInit);
}
