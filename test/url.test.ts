// Images that come from URLs: taken by every option that names one, judged as uploads are, and let go when the client leaves.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { gzipSync } from "node:zlib";

import sharp from "sharp";

import { floods, gives, leads, originAt } from "../src/net/origin.fixture.ts";
import { distance, photo, pixelsOf, RED, solid } from "./images.fixture.ts";
import {
  expectProblem,
  imageOf,
  postForm,
  postJson,
  postRaw,
} from "./requests.fixture.ts";
import type { Expected } from "./requests.fixture.ts";
import { eventually, served } from "./service.fixture.ts";

const MB = 1024 ** 2;
const image = await photo(300, 200).jpeg({ quality: 95 }).toBuffer();
const other = await solid(40, 30).jpeg().toBuffer();
const logo = await solid(50, 50, RED).png().toBuffer();
const html = Buffer.from("<!doctype html><p>not an image</p>\n".repeat(400));

const origin = await originAt("127.0.0.2", {
  "/photo.jpg": gives(image, { "content-type": "text/plain" }),
  "/a|[1].jpg": gives(image),
  "/%C3%BC.jpg": gives(image),
  "/moved.jpg": leads("photo.jpg", 301),
  "/gzip.jpg": gives(gzipSync(image), { "content-encoding": "gzip" }),
  "/logo.png": gives(logo),
  "/page": floods(html, { "content-type": "image/jpeg" }),
  "/broken.jpg": gives(image.subarray(0, 100)),
  "/empty": gives(Buffer.alloc(0)),
  "/big": (_, response) =>
    response.writeHead(200, { "content-length": 3 * MB }).flushHeaders(),
  "/bomb": gives(gzipSync(Buffer.concat([image, Buffer.alloc(9 * MB)])), {
    "content-encoding": "gzip",
  }),
  "/inside": leads("http://127.0.0.1:1/"),
  "/hang": () => undefined,
});
after(() => origin.close());
const at = (path: string): string => origin.base + path;
const URL_OF_IMAGE = at("/photo.jpg");

const service = served({
  URL_FETCH_SCHEMES: "http",
  URL_FETCH_ALLOWED_NETWORKS: "127.0.0.2/32",
  MAX_UPLOAD_SIZE_MB: "2",
  MAX_FILE_SIZE_MB: "2",
  WORKERS: "1",
  COMPRESSION_SEMAPHORE_SIZE: "1",
});
const form = (path: string, fields: Record<string, string | Uint8Array>) =>
  postForm(service().base + path, Object.entries(fields));
const json = (path: string, body: object): Promise<Response> =>
  postJson(service().base + path, body);

describe("an image is taken from its URL", () => {
  const ways: readonly (readonly [
    how: string,
    send: () => Promise<Response>,
    sameAs: () => Promise<Response>,
  ])[] = [
    [
      "by /convert's src_url in JSON",
      () => json("/convert", { src_url: URL_OF_IMAGE, size: 100 }),
      () => form("/convert", { size: "100", file: image }),
    ],
    [
      "by /convert's url in JSON",
      () => json("/convert", { url: URL_OF_IMAGE, format: "webp" }),
      () => form("/convert", { format: "webp", file: image }),
    ],
    [
      "by /convert's src_url in a form",
      () => form("/convert", { src_url: URL_OF_IMAGE, size: "100" }),
      () => form("/convert", { size: "100", file: image }),
    ],
    [
      "by /optimize's url in JSON",
      () =>
        json("/optimize", { url: URL_OF_IMAGE, optimization: { quality: 50 } }),
      () => form("/optimize", { quality: "50", file: image }),
    ],
    [
      "by /optimize's url in a form",
      () => form("/optimize", { url: URL_OF_IMAGE, preset: "high" }),
      () => form("/optimize", { preset: "high", file: image }),
    ],
    [
      "by /optimize's url beside options",
      () =>
        form("/optimize", { url: URL_OF_IMAGE, options: '{"quality": 50}' }),
      () => form("/optimize", { quality: "50", file: image }),
    ],
    [
      "with a logo from another",
      () =>
        json("/convert", {
          src_url: URL_OF_IMAGE,
          overlay_url: at("/logo.png"),
          overlay_scale: 50,
        }),
      () =>
        form("/convert", { overlay_scale: "50", file: image, overlay: logo }),
    ],
    [
      "behind a redirect",
      () => json("/convert", { src_url: at("/moved.jpg") }),
      () => form("/convert", { file: image }),
    ],
    [
      "in a content coding",
      () => json("/convert", { src_url: at("/gzip.jpg") }),
      () => form("/convert", { file: image }),
    ],
    [
      "with characters that only browsers take",
      () => json("/convert", { src_url: at("/a|[1].jpg") }),
      () => form("/convert", { file: image }),
    ],
    [
      "with letters beyond ASCII",
      () => form("/convert", { src_url: at("/ü.jpg") }),
      () => form("/convert", { file: image }),
    ],
  ];
  for (const [how, send, sameAs] of ways) {
    test(`${how}, and is what the upload would be`, async () => {
      const fetched = await send();
      assert.match(
        fetched.headers.get("server-timing") ?? "",
        /\bqueue;dur=[\d.]+, fetch;dur=[\d.]+, (decode|encode);dur=/,
      );
      const uploaded = await sameAs();
      assert.doesNotMatch(uploaded.headers.get("server-timing") ?? "", /fetch/);
      assert.deepEqual(await imageOf(fetched), await imageOf(uploaded));
    });
  }

  test("whose logo is seen on the picture", async () => {
    const response = await form("/convert", {
      overlay_url: at("/logo.png"),
      overlay_scale: "100",
      overlay_gravity: "center",
      file: image,
    });
    const { at: pixel } = await pixelsOf(await imageOf(response));
    assert.ok(distance(pixel(150, 100), RED) < 20);
  });

  test("unless a file comes as well, which wins on /convert", async () => {
    const before = origin.asked.length;
    const response = await form("/convert", {
      src_url: URL_OF_IMAGE,
      file: other,
    });
    assert.equal((await sharp(await imageOf(response)).metadata()).width, 40);
    assert.equal(origin.asked.length, before);
  });
});

describe("what cannot be taken is refused", () => {
  const rows: readonly (readonly [
    what: string,
    url: string,
    expected: Expected,
  ])[] = [
    [
      "a page that says it is an image",
      at("/page"),
      { error: "unsupported_format", context: { detected: null } },
    ],
    ["a broken image", at("/broken.jpg"), { error: "invalid_image" }],
    [
      "nothing",
      at("/empty"),
      { error: "url_fetch_failed", context: { url: at("/empty") } },
    ],
    [
      "a file declared too large",
      at("/big"),
      {
        error: "file_too_large",
        context: { file_size: 3 * MB, limit: 2 * MB },
      },
    ],
    [
      "a file too large once decoded",
      at("/bomb"),
      { error: "file_too_large", context: { limit: 2 * MB } },
    ],
    [
      "what is not there",
      at("/none"),
      {
        error: "url_fetch_failed",
        context: { url: at("/none"), http_status: 404 },
      },
    ],
    [
      "this machine",
      "http://127.0.0.1:1/",
      { error: "ssrf_blocked", context: { url: "http://127.0.0.1:1/" } },
    ],
    [
      "this machine by redirect",
      at("/inside"),
      { error: "ssrf_blocked", context: { url: at("/inside") } },
    ],
    [
      "this machine by name",
      "http://localhost/",
      { error: "ssrf_blocked", context: { url: "http://localhost/" } },
    ],
    ["another scheme", "https://example.com/", { error: "bad_request" }],
    ["a file's path", "file:///etc/passwd", { error: "bad_request" }],
    ["no URL", "nonsense", { error: "bad_request" }],
    ["no text", "", { error: "bad_request" }],
  ];
  for (const [what, url, expected] of rows) {
    for (const [path, field] of [
      ["/convert", "src_url"],
      ["/optimize", "url"],
    ] as const) {
      test(`${what}, by ${path}'s ${field}`, async () => {
        const context =
          expected.error === "bad_request" ? { field } : expected.context;
        await expectProblem(await json(path, { [field]: url }), {
          ...expected,
          ...(context && { context }),
        });
      });
    }
  }

  const overlays: readonly (readonly [
    what: string,
    url: string,
    context: Record<string, unknown>,
  ])[] = [
    [
      "is not there",
      at("/none"),
      { url: at("/none"), http_status: 404, reason: "url_fetch_failed" },
    ],
    ["is no image", at("/page"), { reason: "unsupported_format" }],
    ["is broken", at("/broken.jpg"), {}],
    ["is nothing", at("/empty"), { reason: "url_fetch_failed" }],
    ["is too large", at("/big"), { reason: "file_too_large" }],
    [
      "is on this machine",
      at("/inside"),
      { url: at("/inside"), reason: "ssrf_blocked" },
    ],
  ];
  for (const [what, url, context] of overlays) {
    test(`a logo that ${what} is overlay_failed`, async () => {
      const response = await form("/convert", {
        overlay_url: url,
        file: image,
      });
      await expectProblem(response, { error: "overlay_failed", context });
    });
  }

  for (const [what, field, send] of [
    [
      "a logo whose URL is none",
      "overlay_url",
      () => form("/convert", { overlay_url: "nonsense", file: image }),
    ],
    [
      "a logo both as URL and as file",
      "overlay_url",
      () =>
        form("/convert", {
          overlay_url: at("/logo.png"),
          overlay: logo,
          file: image,
        }),
    ],
    [
      "url and src_url",
      "url",
      () => json("/convert", { url: URL_OF_IMAGE, src_url: URL_OF_IMAGE }),
    ],
    [
      "file and url on /optimize",
      "url",
      () => form("/optimize", { url: URL_OF_IMAGE, file: image }),
    ],
    ["a url that is no text", "url", () => json("/optimize", { url: 3 })],
    ["neither, on /optimize", "file", () => json("/optimize", {})],
    ["neither, on /convert", "file", () => json("/convert", { size: 3 })],
    [
      "neither, in a form",
      "file",
      () => form("/convert", { overlay_url: at("/logo.png") }),
    ],
  ] as const) {
    test(`${what} is bad_request, naming ${field}`, async () => {
      await expectProblem(await send(), {
        error: "bad_request",
        context: { field },
      });
    });
  }
});

describe("a fetch that takes its time", () => {
  for (const [field, path] of [
    ["src_url", "/convert"],
    ["url", "/optimize"],
  ] as const) {
    test(`by ${path} ends within a second of its client's leaving, and leaves nothing behind`, async () => {
      const leaving = new AbortController();
      const [asked, left] = [origin.asked.length, origin.left.length];
      const reply = fetch(service().base + path, {
        method: "POST",
        body: JSON.stringify({ [field]: at("/hang") }),
        headers: { "content-type": "application/json" },
        signal: leaving.signal,
      });
      await eventually("a request", () => origin.asked.length > asked);
      leaving.abort();
      await assert.rejects(reply, { name: "AbortError" });
      const hasLeft = (): boolean => origin.left.length > left;
      await eventually("the origin's connection ends", hasLeft, 1000);
      await eventually("the workspace is gone", async () => {
        const folders = await service().requestFolders();
        return folders.length === 0;
      });
    });
  }

  test("holds no slot", async () => {
    const leaving = new AbortController();
    const url = `${service().base}/convert`;
    const asked = origin.asked.length;
    const waiting = Array.from({ length: 3 }, () =>
      postForm(url, [["src_url", at("/hang")]], {}, leaving.signal),
    );
    await eventually("all fetch", () => origin.asked.length === asked + 3);
    await imageOf(await postRaw(url, image));
    leaving.abort();
    for (const result of await Promise.allSettled(waiting))
      assert.equal(result.status, "rejected");
  });
});
