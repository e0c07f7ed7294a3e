// Stored results: JSON and headers as the contract has them, keys that name what they should, and a reply whatever the store does.

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";

import sharp from "sharp";

import { s3Store } from "../src/sinks/s3rver.fixture.ts";
import { photo } from "./images.fixture.ts";
import {
  bytesOf,
  expectProblem,
  imageOf,
  postForm,
  postJson,
  postRaw,
} from "./requests.fixture.ts";
import { eventually, served } from "./service.fixture.ts";
import type { Served } from "./service.fixture.ts";

const MB = 1024 ** 2;
const image = await photo(120, 80).jpeg({ quality: 95 }).toBuffer();
const SMALL = { WORKERS: "1", COMPRESSION_SEMAPHORE_SIZE: "1" };

const digest = (bytes: Uint8Array): string =>
  createHash("sha256").update(bytes).digest("hex");

type Fields = Record<string, string>;

function convert(
  { base }: Served,
  fields: Fields,
  headers: Fields = {},
): Promise<Response> {
  const parts = [...Object.entries(fields), ["file", image] as const];
  return postForm(`${base}/convert`, parts, headers);
}

function optimize({ base }: Served, options: object): Promise<Response> {
  return postForm(`${base}/optimize`, [
    ["file", image],
    ["options", JSON.stringify(options)],
  ]);
}

/** The JSON reply to a result that was stored. */
async function storedOf(response: Response): Promise<Record<string, unknown>> {
  const text = await response.text();
  assert.equal(response.status, 200, text);
  assert.match(
    response.headers.get("content-type") ?? "",
    /^application\/json/,
  );
  assert.match(
    response.headers.get("server-timing") ?? "",
    /encode;dur=[\d.]+, upload;dur=[\d.]+$/,
  );
  return JSON.parse(text) as Record<string, unknown>;
}

describe("the local store", () => {
  const folder = join(tmpdir(), `storage-test-${process.pid}`);
  after(() => rm(folder, { recursive: true, force: true }));
  const service = served({
    ...SMALL,
    STORAGE_LOCAL_DIR: folder,
    S3_BUCKET: "",
    STORAGE_ALLOWED_BUCKETS: "mine",
  });

  for (const [format, media] of [
    ["jpg", "image/jpeg"],
    ["webp", "image/webp"],
  ] as const) {
    test(`upload_s3 alone: JSON that tells of a ${format} and where it is`, async () => {
      const plain = await imageOf(
        await convert(service(), { format, size: "60" }),
      );
      const body = await storedOf(
        await convert(service(), { format, size: "60", upload_s3: "true" }),
      );
      const key = `${digest(image).slice(0, 32)}_60_${digest(plain).slice(0, 8)}.${format}`;
      const { url, ...rest } = body;
      assert.deepEqual(rest, {
        ok: true,
        success: true,
        format,
        width: 60,
        height: 40,
        size: plain.length,
        key,
        warnings: [],
      });
      const prefix = `http://localhost:${service().port}/files/${key}?expires=`;
      assert.ok(String(url).startsWith(prefix), String(url));
      const found = await fetch(String(url));
      assert.equal(found.headers.get("content-type"), media);
      assert.deepEqual(await bytesOf(found), plain);
    });
  }

  test("upload_s3 with return_binary: the image, and where it is", async () => {
    const plain = await imageOf(await convert(service(), {}));
    const response = await convert(service(), {
      upload_s3: "1",
      return_binary: "1",
    });
    const { headers } = response;
    assert.equal(headers.get("content-type"), "image/jpeg");
    assert.equal(headers.get("x-image-width"), "120");
    assert.equal(headers.get("x-storage-error"), null);
    assert.match(headers.get("server-timing") ?? "", /upload;dur=[\d.]+$/);
    assert.equal(
      headers.get("x-storage-key"),
      `${digest(image).slice(0, 32)}_orig_${digest(plain).slice(0, 8)}.jpg`,
    );
    assert.deepEqual(await imageOf(response), plain);
    const found = await fetch(headers.get("x-storage-url")!);
    assert.deepEqual(await imageOf(found), plain);
  });

  test("return_binary without upload_s3 stores nothing", async () => {
    const before = (await readdir(folder)).length;
    const response = await convert(service(), {
      return_binary: "true",
      q: "7",
    });
    assert.equal(response.headers.get("x-storage-url"), null);
    await imageOf(response);
    assert.equal((await readdir(folder)).length, before);
  });

  const generated = /^[0-9a-f]{32}_orig_[0-9a-f]{8}\.jpg$/;
  for (const [what, fields, key] of [
    ["key_name is the key", { key_name: "my/own ü.jpg" }, /^my\/own ü\.jpg$/],
    [
      "key_prefix is a folder for the generated key",
      { key_prefix: "a/b" },
      new RegExp(`^a/b/${generated.source.slice(1)}`),
    ],
    [
      "a slash behind key_prefix adds nothing",
      { key_prefix: "a/b/" },
      new RegExp(`^a/b/${generated.source.slice(1)}`),
    ],
    [
      "both are put together",
      { key_prefix: "a", key_name: "b.jpg" },
      /^a\/b\.jpg$/,
    ],
  ] as const) {
    test(what, async () => {
      const fieldsOf: Fields = { ...fields, upload_s3: "true" };
      const { key: got, url } = await storedOf(
        await convert(service(), fieldsOf),
      );
      assert.match(String(got), key);
      await imageOf(await fetch(String(url)));
      const hybrid = await convert(service(), {
        ...fieldsOf,
        return_binary: "true",
      });
      const shown = hybrid.headers.get("x-storage-key");
      assert.equal(decodeURI(shown!), got);
      await imageOf(hybrid);
    });
  }

  for (const [field, value] of [
    ["key_name", "../escape"],
    ["key_name", "a/../b"],
    ["key_name", "/a"],
    ["key_name", "a\\b"],
    ["key_name", "a\u0001b"],
    ["key_name", "ü".repeat(513)],
    ["key_prefix", "../escape"],
    ["key_prefix", "/a"],
    ["key_prefix", "a//"],
    ["key_prefix", "a".repeat(1024)],
    ["key_prefix", "a".repeat(980)],
  ] as const) {
    test(`${field} ${JSON.stringify(value.slice(0, 12))} of ${value.length} is refused before any work`, async () => {
      for (const more of [{}, { return_binary: "true" }]) {
        const response = await convert(service(), {
          ...more,
          upload_s3: "true",
          [field]: value,
        });
        await expectProblem(response, {
          error: "bad_request",
          context: { field },
        });
      }
    });
  }

  describe("GET /files", () => {
    const keep = async (isPublic: boolean, path: string): Promise<string> => {
      const body = await storedOf(
        await optimize(service(), {
          storage: { provider: "local", path, public: isPublic },
        }),
      );
      return (body["storage"] as { url: string }).url;
    };

    test("hands a public object to anyone, to be kept and asked for again", async () => {
      const url = await keep(true, "public.jpg");
      assert.equal(new URL(url).search, "");
      const response = await fetch(url, { headers: { origin: "https://a.b" } });
      const { headers } = response;
      const bytes = await imageOf(response);
      assert.equal(headers.get("content-type"), "image/jpeg");
      assert.equal(headers.get("content-length"), String(bytes.length));
      assert.equal(headers.get("x-content-type-options"), "nosniff");
      assert.match(
        headers.get("content-security-policy") ?? "",
        /^default-src 'none'/,
      );
      assert.match(headers.get("cache-control") ?? "", /^public, max-age=300$/);
      assert.equal(headers.get("access-control-allow-origin"), "*");
      assert.match(headers.get("x-request-id") ?? "", /./);

      const etag = headers.get("etag")!;
      const again = await fetch(url, { headers: { "if-none-match": etag } });
      assert.equal(again.status, 304);
      assert.equal(again.headers.get("etag"), etag);
      assert.equal((await bytesOf(again)).length, 0);
      const other = await fetch(url, { headers: { "if-none-match": '"x"' } });
      assert.deepEqual(await imageOf(other), bytes);

      const head = await fetch(url, { method: "HEAD" });
      assert.equal(head.status, 200);
      assert.equal(head.headers.get("content-length"), String(bytes.length));
      assert.equal(head.headers.get("etag"), etag);
      assert.equal((await bytesOf(head)).length, 0);
    });

    test("hands a private object only to its signed address", async () => {
      const url = new URL(await keep(false, "private/ä b.jpg"));
      await imageOf(await fetch(url));
      const { headers } = await fetch(url, { method: "HEAD" });
      assert.match(headers.get("cache-control") ?? "", /^private, /);
      const forgeries: ((forged: URL) => void)[] = [
        (forged) => (forged.search = ""),
        (forged) => forged.searchParams.delete("sig"),
        (forged) => forged.searchParams.delete("expires"),
        (forged) => forged.searchParams.set("sig", "A".repeat(43)),
        (forged) => forged.searchParams.set("expires", "99999999999"),
        (forged) => forged.searchParams.set("expires", "1"),
        (forged) => forged.searchParams.append("sig", "A"),
        (forged) => (forged.pathname = "/files/private/other.jpg"),
      ];
      await keep(false, "private/other.jpg");
      for (const forge of forgeries) {
        const forged = new URL(url);
        forge(forged);
        const response = await fetch(forged);
        await expectProblem(response, { error: "not_found" });
      }
    });

    test("has no object at paths that are not keys", async () => {
      const paths = ["", "none.jpg", "secret", "..%2fsecret", "%2e%2e/secret"];
      for (const path of paths) {
        const response = await fetch(`${service().base}/files/${path}`);
        await expectProblem(response, { error: "not_found" });
      }
    });
  });

  describe("/optimize with storage", () => {
    test("replies as the contract has it, nulls shown", async () => {
      const plain = await optimize(service(), { quality: 50 });
      const { headers } = plain;
      const bytes = await imageOf(plain);
      const body = await storedOf(
        await optimize(service(), {
          optimization: { quality: 50 },
          storage: { provider: "local", path: "/a/b.jpg" },
        }),
      );
      const { storage, declined, ...rest } = body;
      assert.deepEqual(rest, {
        success: true,
        original_size: image.length,
        optimized_size: bytes.length,
        reduction_percent: Number(headers.get("x-reduction-percent")),
        format: "jpeg",
        method: headers.get("x-optimization-method"),
        message: null,
        warnings: [],
      });
      assert.ok(Array.isArray(declined));
      const { url, ...where } = storage as { url: string };
      assert.deepEqual(where, { provider: "local", public_url: null });
      assert.equal(new URL(url).pathname, "/files/a/b.jpg");
      assert.deepEqual(await imageOf(await fetch(url)), bytes);
    });

    test("makes public what is to be, in a bucket that may be named", async () => {
      const body = await storedOf(
        await optimize(service(), {
          storage: {
            provider: "local",
            bucket: "mine",
            path: "a",
            public: true,
          },
        }),
      );
      const { url, public_url } = body["storage"] as Record<string, string>;
      assert.equal(url, `http://localhost:${service().port}/files/mine/a`);
      assert.equal(public_url, url);
      await imageOf(await fetch(url));
    });

    for (const [storage, field] of [
      [{ provider: "local" }, "path"],
      [{ provider: "local", path: "" }, "path"],
      [{ provider: "local", path: "/" }, "path"],
      [{ provider: "local", path: "//a" }, "path"],
      [{ provider: "local", path: "a/../../b" }, "path"],
      [{ provider: "local", path: 3 }, "path"],
      [{ provider: "local", path: "a", bucket: "yours" }, "bucket"],
      [{ provider: "s3", path: "a", bucket: "yours" }, "bucket"],
      [{ provider: "s3", path: "a" }, "bucket"],
      [{ provider: "r2", path: "a", bucket: "mine" }, "provider"],
      [{ provider: "azure", path: "a" }, "provider"],
      [{ provider: "local", path: "a", public: "yes" }, "public"],
      [{ provider: "local", path: "a", key: "b" }, "key"],
      ["local", "storage"],
      [null, "storage"],
    ] as const) {
      test(`${JSON.stringify(storage)} is refused, naming ${field}`, async () => {
        const response = await postJson(`${service().base}/optimize`, {
          url: "https://example.com/a.jpg",
          storage,
        });
        await expectProblem(response, {
          error: "bad_request",
          context: { field },
        });
      });
    }
  });
});

describe("an S3 store", async () => {
  const store = await s3Store("pictures");
  after(() => store.close());
  const settings = {
    ...SMALL,
    S3_ENDPOINT_URL: store.endpoint,
    S3_BUCKET: "pictures",
    S3_ACCESS_KEY_ID: store.credentials.accessKeyId,
    S3_SECRET_ACCESS_KEY: store.credentials.secretAccessKey,
    STORAGE_TIMEOUT_MS: "20000",
  };
  const service = served(settings);
  const guarded = served({
    ...settings,
    PUBLIC_BASE_URL: `${store.endpoint}/pictures`,
    API_KEY: "secret",
    PUBLIC_ACCESS: "true",
  });
  const keyed = { authorization: "Bearer secret" };

  test("has the result at a signed address", async () => {
    const plain = await imageOf(await convert(service(), {}));
    const { url, key } = await storedOf(
      await convert(service(), { upload_s3: "true" }),
    );
    const { pathname, searchParams } = new URL(String(url));
    assert.equal(pathname, `/pictures/${String(key)}`);
    assert.ok(searchParams.has("X-Amz-Signature"));
    const found = await fetch(String(url));
    assert.equal(found.headers.get("content-type"), "image/jpeg");
    assert.deepEqual(await imageOf(found), plain);
  });

  test("has the image that is sent as well", async () => {
    const response = await convert(service(), {
      upload_s3: "true",
      return_binary: "true",
      key_name: "both.jpg",
    });
    assert.equal(response.headers.get("x-storage-key"), "both.jpg");
    const found = await fetch(response.headers.get("x-storage-url")!);
    assert.deepEqual(await imageOf(found), await imageOf(response));
  });

  test("has what /optimize made, by its provider's name", async () => {
    const body = await storedOf(
      await optimize(service(), { storage: { provider: "r2", path: "o.jpg" } }),
    );
    const { provider, url, public_url } = body["storage"] as Record<
      string,
      string
    >;
    assert.deepEqual([provider, public_url], ["r2", null]);
    assert.equal(
      (await imageOf(await fetch(url!))).length,
      body["optimized_size"],
    );
  });

  test("has a result of 20 MB, whole", async () => {
    const png = { compressionLevel: 0 };
    const raw = { width: 2700, height: 2600, channels: 3 } as const;
    const big = await sharp(randomBytes(2700 * 2600 * 3), { raw })
      .png(png)
      .toBuffer();
    const response = await postRaw(
      `${service().base}/convert?format=png&upload_s3=true&return_binary=true`,
      big,
    );
    assert.equal(response.headers.get("x-storage-error"), null);
    const sent = await imageOf(response);
    assert.ok(sent.length > 20 * MB);
    const found = await fetch(response.headers.get("x-storage-url")!);
    assert.equal(digest(await imageOf(found)), digest(sent));
  });

  test("is read below PUBLIC_BASE_URL where there is one", async () => {
    const fields = { upload_s3: "true", key_name: "ä b.jpg" };
    const { url } = await storedOf(await convert(guarded(), fields, keyed));
    assert.equal(url, `${store.endpoint}/pictures/%C3%A4%20b.jpg`);
  });

  describe("and callers without a key", () => {
    for (const [what, ask] of [
      ["/convert", () => convert(guarded(), { upload_s3: "true" })],
      [
        "/convert, image sent as well",
        () => convert(guarded(), { upload_s3: "true", return_binary: "true" }),
      ],
      [
        "/optimize",
        () => optimize(guarded(), { storage: { provider: "r2", path: "a" } }),
      ],
    ] as const) {
      test(`may not store by ${what}`, async () => {
        await expectProblem(await ask(), { error: "unauthorized" });
      });
    }

    test("may convert and optimize", async () => {
      await imageOf(await convert(guarded(), {}));
      await imageOf(await optimize(guarded(), {}));
    });

    test("may store once their form brings one", async () => {
      const fields = { token: "secret", upload_s3: "true" };
      await storedOf(await convert(guarded(), fields));
    });
  });
});

describe("a store that misbehaves", async () => {
  const TIMEOUT_MS = 600;
  const seen = new Map<string, number>();
  /** Behaves as the key says. */
  const stub = createServer((request, response) => {
    const key = new URL(request.url!, "http://x").pathname.split("/").at(-1)!;
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    behaviors[key]!(request, response, count);
  });
  const status =
    (code: number) =>
    (request: IncomingMessage, response: ServerResponse): void => {
      request.resume().on("end", () => response.writeHead(code).end());
    };
  const behaviors: Record<
    string,
    (request: IncomingMessage, response: ServerResponse, count: number) => void
  > = {
    "403": status(403),
    "500": status(500),
    "503-once": (request, response, count) =>
      status(count === 0 ? 503 : 200)(request, response),
    late: (request, response) => {
      setTimeout(() => status(200)(request, response), 200);
    },
    "too-late": (request, response) => {
      setTimeout(() => status(200)(request, response), 1000);
    },
    hang: (request) => request.resume(),
    deaf: () => undefined,
    reset: (request) => request.socket.resetAndDestroy(),
    "cut-reply": (request) => {
      request.resume().on("end", () => {
        request.socket.end("HTTP/1.1 200 OK\r\nContent-Le");
      });
    },
    "no-http": (request) => request.socket.end("nonsense\r\n"),
  };
  await new Promise<void>((resolve) => {
    stub.listen(0, "127.0.0.1", resolve);
  });
  after(() => {
    stub.close();
    stub.closeAllConnections();
  });
  const service = served({
    ...SMALL,
    S3_ENDPOINT_URL: `http://127.0.0.1:${(stub.address() as AddressInfo).port}`,
    S3_BUCKET: "pictures",
    S3_ACCESS_KEY_ID: "key",
    S3_SECRET_ACCESS_KEY: "secret",
    STORAGE_TIMEOUT_MS: String(TIMEOUT_MS),
  });

  for (const key of ["503-once", "late"]) {
    test(`${key}: stored in the end`, async () => {
      const fields = { upload_s3: "true", key_name: key };
      const body = await storedOf(await convert(service(), fields));
      assert.equal(body["key"], key);
    });
  }

  for (const key of [
    "403",
    "500",
    "too-late",
    "hang",
    "deaf",
    "reset",
    "cut-reply",
    "no-http",
  ]) {
    const fields = { upload_s3: "true", key_name: key };
    const context = { provider: "r2", bucket: "pictures" };

    test(`${key}: storage_failed where only the store was asked for`, async () => {
      const start = performance.now();
      const response = await convert(service(), fields);
      await expectProblem(response, { error: "storage_failed", context });
      assert.ok(performance.now() - start < TIMEOUT_MS + 1500);
      const optimized = await optimize(service(), {
        storage: { provider: "r2", path: key },
      });
      await expectProblem(optimized, { error: "storage_failed", context });
    });

    test(`${key}: the image all the same where it was asked for`, async () => {
      const plain = await imageOf(await convert(service(), {}));
      const start = performance.now();
      const response = await convert(service(), {
        ...fields,
        return_binary: "true",
      });
      assert.ok(performance.now() - start < TIMEOUT_MS + 1500);
      assert.equal(response.headers.get("x-storage-error"), "storage_failed");
      assert.equal(response.headers.get("x-storage-url"), null);
      assert.equal(response.headers.get("x-storage-key"), null);
      assert.deepEqual(await imageOf(response), plain);
    });
  }

  test("holds no slot while it is waited for", async () => {
    const fields = {
      upload_s3: "true",
      return_binary: "true",
      key_name: "hang",
    };
    const waiting = Array.from({ length: 2 }, () => convert(service(), fields));
    const start = performance.now();
    await imageOf(await convert(service(), {}));
    assert.ok(performance.now() - start < TIMEOUT_MS);
    for (const reply of waiting) await imageOf(await reply);
  });

  test("leaves nothing in the workspace", async () => {
    await eventually("no request has a folder", async () => {
      const folders = await service().requestFolders();
      return folders.length === 0;
    });
  });
});
