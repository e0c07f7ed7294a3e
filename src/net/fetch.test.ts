// Claims about fetching, with a name server and origins of its own: every hop is judged, all of it has one deadline, and failures tell nothing of the network inside.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { buffer } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import {
  brotliCompressSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from "node:zlib";

import { ServiceError } from "../errors.ts";
import { networksOf } from "./address.ts";
import { dnsResolve } from "./connector.ts";
import { dnsServer } from "./dns.fixture.ts";
import { Fetcher } from "./fetch.ts";
import { drips, gives, leads, originAt } from "./origin.fixture.ts";
import type { Handler } from "./origin.fixture.ts";

const TIMEOUT_MS = 700;
const BODY = Buffer.from("the body of an image ".repeat(50));

const dns = await dnsServer({
  "origin.test": ["127.0.0.2"],
  "xn--bcher-kva.test": ["127.0.0.2"],
  "inside.test": ["127.0.0.1"],
  "mixed.test": ["127.0.0.2", "127.0.0.1"],
  "rebinding.test": { turns: [["127.0.0.2"], ["127.0.0.1"]] },
  "silent.test": "silence",
  "servfail.test": "servfail",
});

const coded = (coding: string, body: Uint8Array): Handler =>
  gives(body, { "content-encoding": coding });
const answers =
  (status: number): Handler =>
  (_, response) =>
    response.writeHead(status).end("no image");
/** A chain of redirects, so many to go. */
const chain: Handler = (request, response) => {
  const left = Number(new URL(request.url!, "http://x").searchParams.get("n"));
  if (left === 0) gives(BODY)(request, response);
  else leads(`/chain?n=${left - 1}`)(request, response);
};

const ROUTES: Record<string, Handler> = {
  "/ok": gives(BODY),
  "/chunked": (_, response) => {
    response.write(BODY.subarray(0, 10));
    response.end(BODY.subarray(10));
  },
  "/chain": chain,
  "/loop": leads("/loop"),
  "/to/relative": leads("../ok"),
  "/to/nothing": (_, response) => response.writeHead(302).end(),
  "/to/file": leads("file:///etc/passwd"),
  "/to/two": leads(["/ok", "/ok"]),
  "/to/credentials": leads("http://user:secret@origin.test/ok"),
  "/to/localhost": leads("http://localhost/"),
  "/to/gone": leads("http://no-such.test/"),
  "/gzip": coded("gzip", gzipSync(BODY)),
  "/x-gzip": coded("X-GZIP", gzipSync(BODY)),
  "/deflate": coded("deflate", deflateSync(BODY)),
  "/br": coded("br", brotliCompressSync(BODY)),
  "/zstd": coded("zstd", zstdCompressSync(BODY)),
  "/identity": coded("identity", BODY),
  "/two-codings": coded("gzip, br", brotliCompressSync(gzipSync(BODY))),
  "/three-codings": coded("gzip, gzip, gzip", BODY),
  "/unknown-coding": coded("compress", BODY),
  "/prototype-coding": coded("constructor", BODY),
  "/broken-gzip": coded("gzip", BODY),
  "/cut-gzip": coded("gzip", gzipSync(BODY).subarray(0, -9)),
  "/longer-than-said": (_, response) => {
    response.socket!.end(
      `HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n${String(BODY)}`,
    );
  },
  "/shorter-than-said": (_, response) => {
    response.socket!.end(
      `HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n${String(BODY)}`,
    );
  },
  "/two-lengths": (_, response) => {
    response.socket!.end(
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
    );
  },
  "/negative-length": (_, response) => {
    response.socket!.end("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nabc");
  },
  "/cut-chunks": (_, response) => {
    response.write(BODY, () => response.destroy());
  },
  "/reset": (_, response) => response.socket!.resetAndDestroy(),
  "/reset-in-body": (_, response) => {
    response.writeHead(200, { "content-length": 5000 });
    response.write(BODY, () => response.socket!.resetAndDestroy());
  },
  "/no-http": (_, response) => response.socket!.end("220 smtp ready\r\n"),
  "/many-headers": (_, response) => {
    const headers = Array.from({ length: 5000 }, (_each, n) => `X-${n}: 1\r\n`);
    response.socket!.end(`HTTP/1.1 200 OK\r\n${headers.join("")}\r\nbody`);
  },
  "/huge-header": (_, response) => {
    response.socket!.end(
      `HTTP/1.1 200 OK\r\nX-Big: ${"a".repeat(100_000)}\r\n\r\nbody`,
    );
  },
  "/hang": () => undefined,
  "/hang-in-body": (request, response) => {
    response.writeHead(200, { "content-length": 5000 }).write(BODY);
  },
  "/drip": drips(BODY.subarray(0, 1), 20),
  "/slow-chain": (_, response) => {
    setTimeout(() => leads("/slow-chain")(_, response), 250);
  },
};
for (const status of [
  201, 204, 206, 300, 304, 400, 401, 403, 404, 410, 429, 500, 503,
])
  ROUTES[`/status/${status}`] = answers(status);
for (const status of [301, 302, 303, 307, 308])
  ROUTES[`/to/${status}`] = leads("/ok", status);

const origin = await originAt("127.0.0.2", ROUTES);
/** At the same port of an address that is not allowed: nobody may come here. */
const canary = await originAt("127.0.0.1", { "/ok": gives(BODY) }, origin.port);
const at = (path: string, host = "origin.test"): string =>
  `http://${host}:${origin.port}${path}`;
for (const [path, location] of [
  ["/to/absolute", at("/ok")],
  ["/to/scheme-relative", at("/ok").slice("http:".length)],
  ["/to/canary", at("/ok", "127.0.0.1")],
  ["/to/canary-decimal", at("/ok", "2130706433")],
  ["/to/canary-six", at("/ok", "[::ffff:127.0.0.1]")],
  ["/to/canary-name", at("/ok", "inside.test")],
] as const)
  ROUTES[path] = leads(location);
ROUTES["/to/rebinding"] = (_, response) =>
  // A new connection is what looks the name up again.
  response
    .writeHead(302, {
      location: at("/ok", "rebinding.test"),
      connection: "close",
    })
    .end();

function fetcherWith(settings: {
  timeoutMs?: number;
  maxRedirects?: number;
}): Fetcher {
  return new Fetcher({
    schemes: ["http"],
    maxRedirects: 5,
    timeoutMs: 5000,
    allowed: networksOf(["127.0.0.2/32"]),
    resolve: dnsResolve([dns.address]),
    userAgent: "the-tests",
    ...settings,
  });
}
const fetcher = fetcherWith({});
const hasty = fetcherWith({ timeoutMs: TIMEOUT_MS });
after(async () => {
  await Promise.all([fetcher.close(), hasty.close()]);
  await Promise.all([dns.close(), origin.close(), canary.close()]);
});

const STAYS = new AbortController().signal;

async function bodyOf(
  url: string,
  by: Fetcher = fetcher,
  signal = STAYS,
): Promise<Buffer> {
  const { body, named } = await by.get(url, "src_url", signal);
  try {
    return await buffer(body);
  } catch (error) {
    throw named(error);
  }
}

/** The failure of a fetch, when it says nothing that the caller did not. */
async function failureOf(work: Promise<unknown>): Promise<ServiceError> {
  const error = await work.then(
    () => assert.fail("it was fetched"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ServiceError, String(error));
  const { url, ...context } = error.context;
  const said = JSON.stringify([error.message, context]);
  assert.doesNotMatch(said, /\d+\.\d+\.\d+|::|inside|secret|[A-Z]{4}/);
  assert.equal(typeof url === "string" || error.code === "client_closed", true);
  return error;
}

describe("what is there is fetched", () => {
  for (const path of [
    "/ok",
    "/chunked",
    "/identity",
    "/gzip",
    "/x-gzip",
    "/deflate",
    "/br",
    "/zstd",
    "/two-codings",
    "/to/301",
    "/to/302",
    "/to/303",
    "/to/307",
    "/to/308",
    "/to/relative",
    "/to/absolute",
    "/to/scheme-relative",
    "/chain?n=5",
  ]) {
    test(`at ${path}`, async () => {
      assert.deepEqual(await bodyOf(at(path)), BODY);
    });
  }

  for (const host of [
    "127.0.0.2",
    "bücher.test",
    "ORIGIN.TEST",
    "origin.test.",
  ]) {
    test(`from ${host}`, async () => {
      assert.deepEqual(await bodyOf(at("/ok", host)), BODY);
    });
  }

  test("with the length that was declared, where nothing is decoded", async () => {
    for (const [path, bytes] of [
      ["/ok", BODY.length],
      ["/chunked", undefined],
      ["/gzip", undefined],
    ] as const) {
      const { declaredBytes, body } = await fetcher.get(at(path), "url", STAYS);
      assert.equal(declaredBytes, bytes);
      body.destroy();
    }
  });

  test("asking for images, uncoded, by its own name", async () => {
    let seen: Record<string, unknown> = {};
    ROUTES["/headers"] = (request, response) => {
      seen = request.headers;
      gives(BODY)(request, response);
    };
    await bodyOf(at("/headers?a=b#c"));
    assert.equal(seen["user-agent"], "the-tests");
    assert.equal(seen["accept-encoding"], "identity");
    assert.match(String(seen["accept"]), /^image\/avif,.*\*\/\*/);
    assert.equal(seen["host"], `origin.test:${origin.port}`);
  });
});

describe("a length that lies", () => {
  test("ends the body where it says, at most", async () => {
    const body = await bodyOf(at("/longer-than-said"));
    assert.deepEqual(body, BODY.subarray(0, 5));
  });
});

describe("what goes wrong is the URL's", () => {
  const rows: readonly (readonly [
    what: string,
    url: string,
    message: RegExp,
    status?: number,
  ])[] = [
    ["one redirect too many", at("/chain?n=6"), /more than 5 times/],
    ["a loop of redirects", at("/loop"), /more than 5 times/],
    ["a redirect to nowhere", at("/to/nothing"), /redirects to something/],
    ["a redirect to a file", at("/to/file"), /redirects to something/],
    ["a redirect to two places", at("/to/two"), /redirects to something/],
    ["a redirect to nobody", at("/to/gone"), /could not be resolved/],
    [
      "a name that is not there",
      at("/", "no-such.test"),
      /could not be resolved/,
    ],
    [
      "a name server that fails",
      at("/", "servfail.test"),
      /could not be resolved/,
    ],
    ["nobody at the port", "http://127.0.0.2:9/", /could not be fetched/],
    ["a coding that is not known", at("/unknown-coding"), /content coding/],
    [
      "a coding named like a property",
      at("/prototype-coding"),
      /content coding/,
    ],
    ["three codings", at("/three-codings"), /content coding/],
    [
      "a coding that does not decode",
      at("/broken-gzip"),
      /could not be fetched/,
    ],
    ["a coding cut off", at("/cut-gzip"), /could not be fetched/],
    [
      "less than was declared",
      at("/shorter-than-said"),
      /could not be fetched/,
    ],
    ["two lengths", at("/two-lengths"), /could not be fetched/],
    ["a negative length", at("/negative-length"), /could not be fetched/],
    ["chunks without an end", at("/cut-chunks"), /could not be fetched/],
    ["a reset", at("/reset"), /could not be fetched/],
    ["a reset within the body", at("/reset-in-body"), /could not be fetched/],
    ["another protocol", at("/no-http"), /could not be fetched/],
    ["5000 headers", at("/many-headers"), /could not be fetched/],
    ["a header of 100 KB", at("/huge-header"), /could not be fetched/],
    ...[201, 204, 206, 300, 304, 400, 401, 403, 404, 410, 429, 500, 503].map(
      (status) =>
        [
          `status ${status}`,
          at(`/status/${status}`),
          new RegExp(`status ${status}\\.$`),
          status,
        ] as const,
    ),
  ];
  for (const [what, url, message, status] of rows) {
    test(`${what}: url_fetch_failed`, async () => {
      const error = await failureOf(bodyOf(url));
      assert.equal(error.code, "url_fetch_failed");
      assert.match(error.message, message);
      assert.deepEqual(error.context, {
        url,
        ...(status !== undefined && { http_status: status }),
      });
    });
  }

  test("no redirect is followed where none may be", async () => {
    const strict = fetcherWith({ maxRedirects: 0 });
    assert.deepEqual(await bodyOf(at("/ok"), strict), BODY);
    const error = await failureOf(bodyOf(at("/to/302"), strict));
    assert.match(error.message, /more than 0 times/);
    await strict.close();
  });
});

describe("the network inside", () => {
  for (const [what, url] of [
    ["an address", at("/ok", "127.0.0.1")],
    ["an address as a number", at("/ok", "2130706433")],
    ["an address mapped into IPv6", at("/ok", "[::ffff:127.0.0.1]")],
    ["a name for it", at("/ok", "inside.test")],
    ["a name for it and others", at("/ok", "mixed.test")],
    ["a redirect to it", at("/to/canary")],
    ["a redirect to it as a number", at("/to/canary-decimal")],
    ["a redirect to it in IPv6", at("/to/canary-six")],
    ["a redirect to a name for it", at("/to/canary-name")],
    ["a redirect to localhost", at("/to/localhost")],
    ["a redirect with credentials", at("/to/credentials")],
  ] as const) {
    test(`is not reached by ${what}`, async () => {
      const error = await failureOf(bodyOf(url));
      assert.equal(error.code, "ssrf_blocked");
      assert.deepEqual(error.context, { url });
    });
  }

  test("is not reached by a name that changes its mind", async () => {
    assert.deepEqual(await bodyOf(at("/ok", "rebinding.test")), BODY);
    await pause(0);
    const fresh = fetcherWith({});
    const error = await failureOf(bodyOf(at("/to/rebinding"), fresh));
    assert.equal(error.code, "ssrf_blocked");
    await fresh.close();
  });

  test("nothing was asked of it, all through this file", () => {
    assert.deepEqual(canary.asked, []);
  });
});

describe("the deadline", () => {
  for (const [what, url] of [
    ["a name server that never answers", at("/", "silent.test")],
    ["an origin that never answers", at("/hang")],
    ["a body that stops", at("/hang-in-body")],
    ["a body that drips", at("/drip")],
    ["redirects that each take a while", at("/slow-chain")],
  ] as const) {
    test(`ends ${what}`, async () => {
      const start = performance.now();
      const error = await failureOf(bodyOf(url, hasty));
      const tookMs = performance.now() - start;
      assert.equal(error.code, "url_fetch_failed");
      assert.match(error.message, /in time/);
      assert.ok(tookMs >= TIMEOUT_MS - 50, `after ${tookMs} ms`);
      assert.ok(tookMs < TIMEOUT_MS + 1000, `after ${tookMs} ms`);
    });
  }
});

describe("a client who leaves", () => {
  test("while a name is looked up is let go at once", async () => {
    const client = new AbortController();
    const start = performance.now();
    const work = failureOf(
      bodyOf(at("/", "silent.test"), fetcher, client.signal),
    );
    client.abort();
    assert.equal((await work).code, "client_closed");
    assert.ok(performance.now() - start < 1000);
  });

  for (const [when, path] of [
    ["before the answer", "/hang"],
    ["within the body", "/hang-in-body"],
  ] as const) {
    test(`${when} ends the fetch at the origin, too`, async () => {
      const client = new AbortController();
      const seen = origin.asked.length;
      const departed = (): number =>
        origin.left.filter((each) => each === path).length;
      const before = departed();
      const work = failureOf(bodyOf(at(path), fetcher, client.signal));
      while (origin.asked.length === seen) await pause(5);
      client.abort();
      const error = await work;
      assert.equal(error.code, "client_closed");
      assert.deepEqual(error.context, {});
      const start = performance.now();
      while (departed() === before && performance.now() - start < 1000)
        await pause(5);
      assert.equal(departed(), before + 1);
    });
  }

  test("before anything began asks for nothing", async () => {
    const seen = origin.asked.length;
    const error = await failureOf(
      bodyOf(at("/ok"), fetcher, AbortSignal.abort()),
    );
    assert.equal(error.code, "client_closed");
    assert.equal(origin.asked.length, seen);
  });
});

test("what was asked wrongly is bad_request, by its field", async () => {
  await assert.rejects(bodyOf("https://origin.test/"), {
    code: "bad_request",
    context: { field: "src_url" },
  });
});
