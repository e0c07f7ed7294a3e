// How often a caller may come: who is counted as one, what costs quota, what a refusal says, and what happens when Redis is away.

import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { after, before, describe, test } from "node:test";

import {
  redisServer,
  redisStub,
  withoutRedis,
  withoutStub,
} from "../src/guards/redis.fixture.ts";
import type { RedisServer, RedisStub } from "../src/guards/redis.fixture.ts";
import { solid } from "./images.fixture.ts";
import { serviceProcess } from "./process.fixture.ts";
import {
  bytesOf,
  exchange,
  expectProblem,
  postForm,
  postRaw,
  PRESENT,
  rawPost,
} from "./requests.fixture.ts";
import type { Part } from "./requests.fixture.ts";
import { eventually, serve, served } from "./service.fixture.ts";
import type { Served, Settings } from "./service.fixture.ts";

const image = await solid(16, 8).jpeg().toBuffer();
const file: Part = ["file", image];
const THREE: Settings = {
  RATE_LIMIT_STORE: "memory",
  RATE_LIMIT_PUBLIC_RPM: "3",
  RATE_LIMIT_PUBLIC_BURST: "0",
  TRUSTED_PROXIES: "127.0.0.1",
};

/** Whom the next request of a test comes from: an address that no other test has. */
const nextCaller = ((): (() => Record<string, string>) => {
  let n = 0;
  return () => ({ "x-forwarded-for": `198.51.100.${++n}` });
})();

/** Statuses of `requests` in turn; the bodies are read and dropped. */
async function statuses(
  count: number,
  request: () => Promise<Response>,
): Promise<number[]> {
  const found: number[] = [];
  for (let i = 0; i < count; i++) {
    const response = await request();
    await bytesOf(response);
    found.push(response.status);
  }
  return found;
}

const optimize = (
  { base }: Served,
  headers: Record<string, string>,
): Promise<Response> => postRaw(`${base}/optimize`, image, headers);

describe("a public caller", () => {
  const service = served(THREE);

  test("is refused beyond the limit, and told which and until when", async () => {
    const caller = nextCaller();
    for (const remaining of [2, 1, 0]) {
      const response = await optimize(service(), caller);
      const { headers } = response;
      assert.equal(response.status, 200);
      assert.equal(headers.get("ratelimit-policy"), '"minute";q=3;w=60');
      const field = headers.get("ratelimit") ?? "";
      assert.match(field, /^"minute";r=\d+;t=\d+$/);
      assert.ok(field.startsWith(`"minute";r=${remaining};`), field);
      await bytesOf(response);
    }
    const refused = await optimize(service(), caller);
    const { headers } = refused;
    const body = await expectProblem(refused, {
      error: "rate_limit_exceeded",
      status: 429,
      context: { retry_after: PRESENT, limit: 3 },
    });
    const seconds = Number(body["retry_after"]);
    assert.ok(seconds > 0 && seconds <= 60, String(seconds));
    assert.equal(headers.get("retry-after"), String(seconds));
    assert.equal(headers.get("ratelimit"), `"minute";r=0;t=${seconds}`);
    const exposed = headers.get("access-control-expose-headers") ?? "";
    for (const name of ["RateLimit", "RateLimit-Policy", "Retry-After"])
      assert.ok(exposed.split(", ").includes(name), name);
  });

  test("has one limit for all verbs and all ways in", async () => {
    const caller = nextCaller();
    const { base } = service();
    const replies = [
      await postForm(`${base}/convert`, [file], caller),
      await postRaw(`${base}/convert`, image, caller),
      await postForm(`${base}/optimize`, [file], caller),
    ];
    for (const reply of replies) {
      assert.equal(reply.status, 200);
      await bytesOf(reply);
    }
    const more = [
      () => postForm(`${base}/convert`, [file], caller),
      () => postRaw(`${base}/convert`, image, caller),
      () => optimize(service(), caller),
    ];
    for (const request of more)
      await expectProblem(await request(), { error: "rate_limit_exceeded" });
  });

  test("is refused before the body is read", async () => {
    const caller = nextCaller();
    assert.deepEqual(
      await statuses(3, () => optimize(service(), caller)),
      [200, 200, 200],
    );
    for (const path of ["/convert", "/optimize"]) {
      const head = {
        "Content-Type": "image/jpeg",
        "Content-Length": 9_999_999,
        "X-Forwarded-For": caller["x-forwarded-for"]!,
      };
      const request = rawPost(path, head, "the first bytes");
      const response = await exchange(service().port, request, 2000);
      await expectProblem(response, { error: "rate_limit_exceeded" });
    }
  });

  test("pays for a request that fails", async () => {
    const caller = nextCaller();
    const text = Buffer.from("no image");
    assert.deepEqual(
      await statuses(4, () =>
        postRaw(`${service().base}/optimize`, text, caller),
      ),
      [415, 415, 415, 429],
    );
  });

  for (const [method, path] of [
    ["OPTIONS", "/optimize"],
    ["OPTIONS", "/convert"],
    ["GET", "/"],
    ["GET", "/health"],
    ["GET", "/ready"],
    ["GET", "/ping"],
    ["GET", "/metrics"],
    ["GET", "/formats"],
    ["GET", "/openapi.json"],
    ["GET", "/files/none"],
    ["GET", "/optimize"],
    ["POST", "/nothing"],
  ] as const) {
    test(`pays nothing for ${method} ${path}, and is never refused it`, async () => {
      const caller = nextCaller();
      const headers = {
        ...caller,
        ...(method === "OPTIONS" && {
          origin: "https://example.com",
          "access-control-request-method": "POST",
        }),
      };
      const ask = (): Promise<Response> =>
        fetch(service().base + path, { method, headers });
      const free = await statuses(5, ask);
      assert.ok(!free.includes(429));
      assert.deepEqual(
        await statuses(4, () => optimize(service(), caller)),
        [200, 200, 200, 429],
      );
      const response = await ask();
      assert.equal(response.status, free[0]);
      assert.equal(response.headers.get("ratelimit"), null);
      await bytesOf(response);
    });
  }

  test("is its address behind the proxies, its /64 in IPv6", async () => {
    const one = (address: string) => (): Promise<Response> =>
      optimize(service(), { "x-forwarded-for": address });
    assert.deepEqual(await statuses(2, one("2a00:1:2:3::1")), [200, 200]);
    assert.deepEqual(
      await statuses(2, one("9.9.9.9, 2a00:1:2:3:4::1")),
      [200, 429],
    );
    assert.deepEqual(await statuses(1, one("2a00:1:2:4::1")), [200]);
  });
});

describe("the burst, where no proxy is trusted", () => {
  const service = served({
    RATE_LIMIT_STORE: "memory",
    RATE_LIMIT_PUBLIC_BURST: "2",
  });

  test("refuses a connection while its minute has room, whatever X-Forwarded-For claims", async () => {
    const ask = (): Promise<Response> => optimize(service(), nextCaller());
    assert.deepEqual(await statuses(2, ask), [200, 200]);
    const refused = await ask();
    const policy = refused.headers.get("ratelimit-policy");
    assert.equal(policy, '"burst";q=2;w=10, "minute";q=60;w=60');
    assert.match(
      refused.headers.get("ratelimit") ?? "",
      /^"burst";r=0;t=\d+, "minute";r=58;t=\d+$/,
    );
    const body = await expectProblem(refused, {
      error: "rate_limit_exceeded",
      context: { limit: 2 },
    });
    assert.ok(Number(body["retry_after"]) <= 10);
  });
});

const FIRST = { authorization: "Bearer first-key" };
const SECOND = { authorization: "Bearer second-key" };
const KEYS: Settings = {
  ...THREE,
  API_KEY: "first-key,second-key",
  PUBLIC_ACCESS: "true",
};

describe("a caller with a key", () => {
  const service = served(KEYS);

  test("has no limit, though the public has", async () => {
    const caller = nextCaller();
    const keyed = (): Promise<Response> =>
      optimize(service(), { ...caller, ...FIRST });
    assert.deepEqual(await statuses(5, keyed), [200, 200, 200, 200, 200]);
    assert.equal((await keyed()).headers.get("ratelimit"), null);
    assert.deepEqual(
      await statuses(4, () => optimize(service(), caller)),
      [200, 200, 200, 429],
    );
  });

  test("is known by a form's token too", async () => {
    const caller = nextCaller();
    const url = `${service().base}/convert`;
    const parts: Part[] = [["token", "second-key"], file];
    assert.deepEqual(
      await statuses(5, () => postForm(url, parts, caller)),
      [200, 200, 200, 200, 200],
    );
    assert.deepEqual(
      await statuses(4, () => postForm(url, [file], caller)),
      [200, 200, 200, 429],
    );
  });

  test("that is wrong is refused for that, and pays nothing", async () => {
    const caller = nextCaller();
    const wrong = { ...caller, authorization: "Bearer nonsense" };
    assert.deepEqual(
      await statuses(5, () => optimize(service(), wrong)),
      [401, 401, 401, 401, 401],
    );
    assert.deepEqual(
      await statuses(1, () => optimize(service(), caller)),
      [200],
    );
  });

  test("refused without a key, a form is so before its file is read", async () => {
    const caller = nextCaller();
    assert.deepEqual(
      await statuses(3, () => optimize(service(), caller)),
      [200, 200, 200],
    );
    const part = 'form-data; name="file"; filename="a.jpg"';
    const beginning = `--b\r\nContent-Disposition: ${part}\r\n\r\nnot even a kilobyte`;
    const head = {
      "Content-Type": "multipart/form-data; boundary=b",
      "Content-Length": 50_000_000,
      "X-Forwarded-For": caller["x-forwarded-for"]!,
    };
    const request = rawPost("/convert", head, beginning);
    const response = await exchange(service().port, request, 2000);
    await expectProblem(response, { error: "rate_limit_exceeded" });
  });
});

/** No image: refused without a child's work, and counted all the same. */
const NOTHING = Buffer.from("-");

const isCounted = ({ headers }: Response): boolean => headers.has("ratelimit");

const isLimiting = async (base: string): Promise<boolean> =>
  (await healthOf(base)).rate_limits.limiting;

interface Health {
  readonly status: string;
  readonly missing: readonly string[];
  readonly rate_limits: {
    readonly store: string;
    readonly limiting: boolean;
    readonly uncounted: number;
  };
}

async function healthOf(base: string): Promise<Health> {
  return (await (await fetch(`${base}/health`)).json()) as Health;
}

describe("counted in Redis", { skip: withoutRedis }, () => {
  let redis: RedisServer;
  before(async () => {
    redis = await redisServer();
  });
  after(() => redis.stop());

  test("two service processes share one limit exactly", async () => {
    const settings = {
      ...THREE,
      REDIS_URL: redis.url,
      RATE_LIMIT_PUBLIC_RPM: "15",
      WORKERS: "1",
    };
    const services = await Promise.all([
      serviceProcess(settings),
      serviceProcess(settings),
    ]);
    try {
      for (const { base } of services)
        await eventually("limits apply", () => isLimiting(base));
      let rounds = 0;
      let replies: Response[];
      do {
        const caller = nextCaller();
        replies = await Promise.all(
          Array.from({ length: 40 }, (_, i) =>
            postRaw(`${services[i % 2]!.base}/optimize`, NOTHING, caller),
          ),
        );
        // A machine so busy that Redis is late says nothing about the count.
      } while (!replies.every(isCounted) && ++rounds < 5);
      assert.ok(replies.every(isCounted));
      const passed = replies.filter(({ status }) => status !== 429);
      assert.equal(passed.length, 15);
    } finally {
      await Promise.all(services.map(({ stop }) => stop()));
    }
  });

  test("keys have a limit each where they are given one, and none is written down", async () => {
    const service = await serve({
      ...KEYS,
      REDIS_URL: redis.url,
      RATE_LIMIT_AUTH_ENABLED: "true",
      RATE_LIMIT_AUTH_RPM: "2",
    });
    try {
      await eventually("limits apply", () => isLimiting(service.base));
      for (const key of [FIRST, SECOND])
        assert.deepEqual(
          await statuses(3, () => optimize(service, key)),
          [200, 200, 429],
        );
      const written = await redis.client.keys("*");
      const keyed = written.filter((key) => key.includes("keyed"));
      assert.equal(keyed.length, 2, written.join(" "));
      for (const key of keyed) {
        const entries = await redis.client.zrange(key, "0", "-1");
        assert.doesNotMatch([key, ...entries].join(" "), /(first|second)-key/);
      }
    } finally {
      await stopped(service);
    }
  });
});

describe("while Redis hangs", { skip: withoutStub }, () => {
  let stub: RedisStub;
  let service: Served;
  before(async () => {
    stub = await redisStub();
    service = await serve({
      REDIS_URL: stub.url,
      RATE_LIMIT_PUBLIC_RPM: "2",
      RATE_LIMIT_PUBLIC_BURST: "0",
    });
  });
  after(async () => {
    await stopped(service);
    await stub.stop();
  });

  test("requests pass, /health says so, and limits come back", async () => {
    const ask = (): Promise<Response> => optimize(service, {});
    await eventually("limits apply", () => isLimiting(service.base));
    assert.deepEqual(await statuses(3, ask), [200, 200, 429]);

    await stub.behave("hang");
    assert.deepEqual(await statuses(3, ask), [200, 200, 200]);
    assert.equal((await ask()).headers.get("ratelimit"), null);
    const { status, missing, rate_limits } = await healthOf(service.base);
    assert.equal(status, "degraded");
    assert.ok(missing.some((sentence) => /rate limits/i.test(sentence)));
    assert.deepEqual(rate_limits, {
      store: "redis",
      limiting: false,
      uncounted: 4,
    });

    await stub.behave("ok");
    await eventually("limits are back", () => isLimiting(service.base), 5000);
    assert.deepEqual(await statuses(1, ask), [429]);
  });
});

async function stopped(service: Served): Promise<void> {
  await service.stop();
  await rm(service.workspaceDir, { recursive: true });
}
