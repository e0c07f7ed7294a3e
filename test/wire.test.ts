// Requests that never reach a verb, and the id that every reply carries.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";

import { authOf } from "../src/guards/auth.ts";
import { Gate } from "../src/guards/gate.ts";
import { RateLimiter } from "../src/guards/rate-limiter.ts";
import { buildServer } from "../src/http/server.ts";
import type { HttpServer } from "../src/http/server.ts";
import { networksOf } from "../src/net/address.ts";
import { Fetcher } from "../src/net/fetch.ts";
import { Storage } from "../src/sinks/storage.ts";
import { openFigures } from "../src/observe/figures.ts";
import { openLog } from "../src/observe/log.ts";
import { Pool } from "../src/pool/pool.ts";
import { Service } from "../src/service/service.ts";
import { Workspaces } from "../src/sources/workspace.ts";
import { solid } from "./images.fixture.ts";
import {
  exchange,
  expectProblem,
  imageOf,
  postRaw,
  PRESENT,
  rawPost,
  replyOn,
  UUID,
} from "./requests.fixture.ts";
import { served } from "./service.fixture.ts";

const service = served();
const tiny = await solid(16, 8).jpeg().toBuffer();

describe("unknown paths and methods", () => {
  for (const [method, path] of [
    ["GET", "/nothing"],
    ["POST", "/convertt"],
    ["POST", "/convert/"],
    ["PUT", "/../etc/passwd"],
    ["DELETE", "/%2e%2e/etc"],
  ] as const) {
    test(`${method} ${path} is not found, and says what is`, async () => {
      const response = await fetch(service().base + path, {
        method,
        ...(method === "POST" && { body: tiny }),
      });
      const body = await expectProblem(response, {
        error: "not_found",
        context: { available_endpoints: PRESENT, docs: PRESENT },
      });
      const endpoints = body["available_endpoints"] as string[];
      assert.ok(endpoints.includes("POST /convert"));
      assert.equal(
        (await fetch(service().base + String(body["docs"]))).status,
        200,
      );
    });
  }

  const rows = [
    ["GET", "/convert", "POST"],
    ["PUT", "/convert", "POST"],
    ["DELETE", "/optimize", "POST"],
    ["PATCH", "/optimize", "POST"],
    ["POST", "/health", "GET"],
    ["DELETE", "/formats", "GET"],
    ["POST", "/", "GET"],
  ] as const;
  for (const [method, path, allowed] of rows) {
    test(`${method} ${path} is not allowed, and Allow names ${allowed}`, async () => {
      const response = await fetch(service().base + path, { method });
      const allow = response.headers.get("allow") ?? "";
      await expectProblem(response, { error: "method_not_allowed" });
      assert.ok(allow.split(", ").includes(allowed), allow);
    });
  }
});

describe("what is not a request", () => {
  const get = (path: string, ...headers: string[]): string =>
    [`GET ${path} HTTP/1.1`, "Host: test", ...headers, "", ""].join("\r\n");
  const long = "x".repeat(9000);
  const rows: readonly (readonly [
    what: string,
    text: string,
    status: number,
  ])[] = [
    ["a URL of 9000 characters", get(`/ping?${long}`), 414],
    ["headers of 40 KB", get("/ping", `X-A: ${"x".repeat(40_000)}`), 431],
    ["a bad escape in the path", get("/%zz"), 400],
    ["what is not HTTP", "this is not HTTP\r\n\r\n", 400],
    ["a TLS greeting", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400],
    ["a header without a name", get("/ping", ": nameless"), 400],
    [
      "two lengths",
      get("/ping", "Content-Length: 5", "Content-Length: 6"),
      400,
    ],
    ["no host", "GET /ping HTTP/1.1\r\n\r\n", 400],
    [
      "a chunk that is none",
      `POST /convert HTTP/1.1\r\nHost: t\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
      400,
    ],
  ];
  for (const [what, text, status] of rows) {
    test(`${what} gets ${status} in the envelope`, async () => {
      const pieces = [Buffer.from(text, "latin1")];
      const response = await exchange(service().port, pieces);
      await expectProblem(response, { error: "bad_request", status });
    });
  }

  test("an expectation that nobody knows is passed over", async () => {
    const request = get("/ping", "Expect: miracles");
    const response = await exchange(service().port, [request]);
    assert.equal(response.status, 200);
  });

  test("a URL of 9000 characters gets 414 on the verbs too", async () => {
    const url = `${service().base}/convert?q=${long}`;
    await expectProblem(await postRaw(url, tiny), {
      error: "bad_request",
      status: 414,
    });
  });
});

describe("a request that takes too long to arrive", () => {
  /** startService has no setting for this time: the front is built by itself, on rooms that no job ever enters. */
  async function buildImpatient(folder: string): Promise<HttpServer> {
    const log = openLog("silent");
    const pool = new Pool(
      {
        children: 1,
        threads: 1,
        searchPath: "",
        jobTimeoutMs: 1000,
        memoryLimitBytes: 1e9,
        recycleRssBytes: 1e9,
      },
      log,
    );
    const limits = { maxPixels: 1e6, maxFrames: 1 };
    const unused = new Service(
      { limits, toolTimeoutMs: 1000, jobTimeoutMs: 1000, encoders: {} },
      {
        pool,
        gate: new Gate({ slots: 1, maxQueue: 1 }),
        estimateGate: new Gate({ slots: 1, maxQueue: 1 }),
        fetchGate: new Gate({ slots: 1, maxQueue: 1 }),
        receiveGate: new Gate({ slots: 1, maxQueue: 1 }),
        fetcher: new Fetcher({
          schemes: [],
          maxRedirects: 0,
          timeoutMs: 1,
          allowed: networksOf([]),
          resolve: () => Promise.reject(new Error("not asked here")),
          userAgent: "",
        }),
        storage: new Storage(
          {
            defaultProvider: "local",
            defaultBucket: "",
            allowedBuckets: [],
            timeoutMs: 1,
            maxUploads: 0,
          },
          {},
        ),
        workspaces: await Workspaces.open(folder),
        engines: () => Promise.resolve(new Set()),
      },
    );
    return buildServer({
      service: unused,
      auth: authOf({ secrets: [], publicAccess: false }),
      limiter: new RateLimiter(undefined, {
        publicPerMinute: 0,
        publicBurst: 0,
        keyedPerMinute: 0,
      }),
      log,
      figures: openFigures(),
      files: { read: () => Promise.resolve(undefined) },
      version: "0.0.0",
      phase: () => "ready",
      health: () => Promise.reject(new Error("not asked here")),
      settings: {
        allowedOrigins: ["*"],
        maxConvertBytes: 1e6,
        maxOptimizeBytes: 1e6,
        estimateBudgetMs: 150,
        defaultQuality: 80,
        resize: "exact",
        requestTimeoutMs: 300,
        trustedProxies: networksOf([]),
      },
    });
  }

  const rows = [
    ["headers", ["POST /convert HTTP/1.1\r\nHost: t\r\n"]],
    [
      "body",
      rawPost(
        "/convert",
        { "Content-Type": "image/png", "Content-Length": 1000 },
        "a few bytes",
      ),
    ],
  ] as const;
  for (const [what, pieces] of rows) {
    test(`gets 408 in the envelope while its ${what} are awaited`, async () => {
      const folder = await mkdtemp(join(tmpdir(), "contract-"));
      const server = await buildImpatient(folder);
      const [port] = await server.listen("127.0.0.1", [0]);
      const socket = connect(port!, "127.0.0.1");
      for (const piece of pieces) socket.write(piece);
      await expectProblem(await replyOn(socket), {
        error: "bad_request",
        status: 408,
      });
      socket.destroy();
      await server.close(0);
      await rm(folder, { recursive: true });
    });
  }
});

describe("X-Request-ID", () => {
  const kept = ["a", "abc-DEF_1.2", "0".repeat(128), "..", "-"];
  for (const id of kept) {
    test(`keeps "${id.slice(0, 20)}" (${id.length})`, async () => {
      const response = await withId(id);
      assert.equal(response.headers.get("x-request-id"), id);
    });
  }

  const replaced = [
    "two words",
    "0".repeat(129),
    "naïve",
    "日本",
    "a/b",
    "a,b",
    "<x>",
    "",
    "a\tb",
    "{}",
  ];
  for (const id of replaced) {
    test(`replaces "${id.slice(0, 20)}" (${id.length}) by a UUID`, async () => {
      const response = await withId(id);
      assert.match(response.headers.get("x-request-id") ?? "", UUID);
    });
  }

  test("replaces two at once by one UUID", async () => {
    const response = await withId("a\r\nX-Request-ID: b");
    assert.match(response.headers.get("x-request-id") ?? "", UUID);
  });

  test("is on images, and on errors of every kind", async () => {
    const { base } = service();
    const headers = { "x-request-id": "mine" };
    const image = await postRaw(`${base}/convert`, tiny, headers);
    assert.equal(image.headers.get("x-request-id"), "mine");
    assert.equal(image.headers.get("x-content-type-options"), "nosniff");
    assert.equal(image.headers.get("access-control-allow-origin"), "*");
    await imageOf(image);
    for (const [path, init] of [
      ["/nothing", {}],
      ["/convert", {}],
      ["/convert?q=x", { method: "POST", body: tiny }],
      [`/convert?q=${"8".repeat(9000)}`, { method: "POST", body: tiny }],
      ["/%zz", {}],
    ] as const) {
      const response = await fetch(base + path, { ...init, headers });
      assert.equal(response.headers.get("x-request-id"), "mine", path);
      assert.ok(response.status >= 400);
    }
  });

  const withId = (id: string): Promise<Response> =>
    exchange(service().port, [
      Buffer.from(
        `GET /ping HTTP/1.1\r\nHost: t\r\nX-Request-ID: ${id}\r\n\r\n`,
      ),
    ]);
});
