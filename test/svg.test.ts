// SVG over the wire: sanitized in every verb and also when nothing else is done, drawn at the size asked for, never able to run.

import assert from "node:assert/strict";
import { test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";

import sharp from "sharp";

import { postRaw } from "./requests.fixture.ts";
import { served } from "./service.fixture.ts";

const service = served();
const post = (path: string, body: Uint8Array): Promise<Response> =>
  postRaw(`${service().base}${path}`, body);

const ROOT = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">';
const svg = (body: string): Buffer => Buffer.from(`${ROOT}${body}</svg>`);
const RECT = '<path fill="red" d="M0 0h20v20H0z"/>';

test("what was active is gone, though nothing made the file smaller", async () => {
  for (const reduction of ["", "&max_reduction=0"]) {
    const response = await post(
      `/optimize?strip_metadata=false${reduction}`,
      svg(`<script>a()</script>${RECT}`),
    );
    assert.equal(response.status, 200);
    const text = await response.text();
    assert.ok(!text.includes("script") && text.includes("<path"), text);
    assert.match(
      response.headers.get("x-warnings") ?? "",
      /active-content-removed/,
    );
    assert.equal(response.headers.get("content-type"), "image/svg+xml");
    assert.match(
      response.headers.get("content-security-policy") ?? "",
      /default-src 'none'.*sandbox/,
    );
  }
});

test("a clean packed file comes back packed, never larger", async () => {
  const file = gzipSync(svg(RECT), { level: 9 });
  const response = await post("/optimize", file);
  assert.equal(response.headers.get("x-original-format"), "svgz");
  const bytes = new Uint8Array(await response.arrayBuffer());
  assert.ok(bytes.length <= file.length);
  assert.match(gunzipSync(bytes).toString(), /<path/);
});

test("it is drawn at the size asked for, sharp, its alpha kept", async () => {
  for (const [query, width, height] of [
    ["", 40, 20],
    ["&size=400", 400, 200],
    ["&width=300&height=300&fit=cover", 300, 300],
    ["&width=90&height=90&fit=fill", 90, 90],
  ] as const) {
    const response = await post(`/convert?format=png${query}`, svg(RECT));
    assert.equal(response.status, 200, query);
    const { data, info } = await sharp(await response.arrayBuffer())
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    assert.deepEqual([info.width, info.height], [width, height], query);
    const alphas = [0.49, 0.51].map((x) => data[Math.floor(x * width) * 4 + 3]);
    if (width >= 300) assert.deepEqual(alphas, [255, 0], query);
  }
});

test("limits are judged by what would be drawn", async () => {
  const huge = Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="1000000" height="1000000"><rect width="1" height="1" /></svg>',
  );
  assert.equal((await post("/optimize", huge)).status, 200);
  assert.equal((await post("/convert?format=png", huge)).status, 413);
  assert.equal((await post("/convert?format=png&size=64", huge)).status, 200);
});

test("what is not well-formed is the image's fault", async () => {
  const response = await post("/optimize", svg("<g"));
  assert.equal(response.status, 422);
});
