// What the service says of itself is true of what it does: health, index, formats, OpenAPI.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { ERRORS } from "../src/errors.ts";
import { photo } from "./images.fixture.ts";
import { imageOf, postRaw } from "./requests.fixture.ts";
import { served } from "./service.fixture.ts";

type Json = Readonly<Record<string, unknown>>;

const image = await photo(64, 48).jpeg({ quality: 97 }).toBuffer();
const SEED_TOOLS = [
  "pngquant",
  "jpegtran",
  "gifsicle",
  "cwebp",
  "oxipng",
  "pillow_heif",
  "scour",
  "pillow",
  "jxl_plugin",
];

describe("the service", () => {
  const service = served();

  async function get(path: string): Promise<Json> {
    const response = await fetch(service().base + path);
    assert.equal(response.status, 200);
    assert.match(
      response.headers.get("content-type") ?? "",
      /^application\/json/,
    );
    assert.equal(response.headers.get("x-content-type-options"), "nosniff");
    assert.notEqual(response.headers.get("x-request-id"), null);
    return (await response.json()) as Json;
  }

  for (const path of ["/health", "/health?probe=true"]) {
    test(`${path} names the seeds' tools, the engines and the version`, async () => {
      const { status, tools, version, engines } = await get(path);
      assert.ok(status === "ok" || status === "degraded");
      assert.match(String(version), /^\d+\.\d+\.\d+/);
      assert.deepEqual(
        Object.keys(tools as Json).toSorted(),
        SEED_TOOLS.toSorted(),
      );
      for (const has of Object.values(tools as Json))
        assert.equal(typeof has, "boolean");
      // What comes with npm is always there.
      for (const tool of ["pillow", "cwebp", "pngquant", "oxipng", "scour"])
        assert.equal((tools as Json)[tool], true, tool);
      assert.match(String((engines as Json)["sharp"]), /^\d+\.\d+/);
    });
  }

  test("connections are kept longer than load balancers keep theirs", async () => {
    const { headers } = await fetch(`${service().base}/health`);
    assert.equal(headers.get("keep-alive"), "timeout=65");
  });

  test("/ready is 200 once it runs", async () => {
    assert.equal((await fetch(`${service().base}/ready`)).status, 200);
  });

  test("/ping says ok and names the engine", async () => {
    const { ok, engine } = await get("/ping");
    assert.equal(ok, true);
    assert.equal(typeof engine, "string");
  });

  /** Of paths with a key, another method tells: it is refused by name. */
  const assertThere = async (method: string, path: string): Promise<void> => {
    const isKeyed = path.includes("{key}");
    const { status } = await fetch(service().base + path, {
      method: isKeyed ? "DELETE" : method,
    });
    assert.equal(status === 405, isKeyed, `${method} ${path}`);
    assert.notEqual(status, 404, `${method} ${path}`);
  };

  test("/ lists endpoints, each of which is there", async () => {
    const {
      service: name,
      description,
      supported_formats,
      endpoints,
    } = await get("/");
    assert.equal(typeof name, "string");
    assert.equal(typeof description, "string");
    assert.ok((supported_formats as string[]).includes("jpeg"));
    for (const endpoint of Object.keys(endpoints as Json)) {
      const [method = "", path = ""] = endpoint.split(" ");
      await assertThere(method, path);
    }
  });

  test("HEAD answers like GET, without a body", async () => {
    for (const path of ["/", "/health", "/ping", "/formats", "/openapi.json"]) {
      const response = await fetch(service().base + path, { method: "HEAD" });
      assert.equal(response.status, 200, path);
      assert.equal(await response.text(), "");
    }
  });

  test("/formats tells of each format what /convert and /optimize then do", async () => {
    const { formats } = await get("/formats");
    const rows = formats as (Json & { convert_to: string[] })[];
    assert.ok(rows.length >= 5);
    for (const { id, convert_to, optimize, methods } of rows) {
      for (const name of convert_to) {
        await imageOf(
          await postRaw(`${service().base}/convert?format=${name}`, image),
        );
      }
      assert.equal(optimize, (methods as string[]).length > 0, String(id));
    }
    const jpeg = rows.find(({ id }) => id === "jpeg");
    const reply = await postRaw(`${service().base}/optimize`, image);
    const method = reply.headers.get("x-optimization-method") ?? "";
    const methods = jpeg?.["methods"];
    assert.ok((methods as string[]).includes(method), method);
    await imageOf(reply);
  });

  describe("OpenAPI", () => {
    test("is version 3.1, and every path and method of it is there", async () => {
      const { openapi, paths } = await get("/openapi.json");
      assert.match(String(openapi), /^3\.1\./);
      for (const [path, methods] of Object.entries(paths as Json)) {
        for (const method of Object.keys(methods as Json)) {
          await assertThere(method.toUpperCase(), path);
        }
      }
    });

    test("knows every endpoint that / lists", async () => {
      const { paths } = await get("/openapi.json");
      const { endpoints } = await get("/");
      for (const endpoint of Object.keys(endpoints as Json)) {
        const [method = "", path = ""] = endpoint.split(" ");
        const entry = (paths as Readonly<Record<string, Json>>)[path];
        assert.ok(entry?.[method.toLowerCase()], endpoint);
      }
    });

    test("lists every error code a caller can see, and no other", async () => {
      const document = JSON.stringify(await get("/openapi.json"));
      const { components } = JSON.parse(document) as {
        components: {
          schemas: { Error: { properties: { error: { enum: string[] } } } };
        };
      };
      const seen = Object.keys(ERRORS).filter(
        (code) => code !== "client_closed",
      );
      const listed = components.schemas.Error.properties.error.enum;
      assert.deepEqual(listed.toSorted(), seen.toSorted());
    });

    test("knows every header that image replies carry", async () => {
      const { paths } = await get("/openapi.json");
      for (const path of ["/convert", "/optimize"]) {
        const reply = await postRaw(service().base + path, image);
        const { post } = (
          paths as Record<
            string,
            { post: { responses: Record<string, { headers: Json }> } }
          >
        )[path]!;
        const known = Object.keys(post.responses["200"]!.headers).map((name) =>
          name.toLowerCase(),
        );
        const sent = [...reply.headers.keys()].filter(
          (name) => name.startsWith("x-") && name !== "x-content-type-options",
        );
        for (const name of [...sent, "server-timing", "content-disposition"]) {
          assert.ok(known.includes(name), `${path}: ${name}`);
        }
        await imageOf(reply);
      }
    });

    test("describes every field that /convert takes", async () => {
      const { paths } = await get("/openapi.json");
      const document = JSON.stringify((paths as Json)["/convert"]);
      for (const field of [
        "format",
        "q",
        "size",
        "square",
        "strip_exif",
        "overlay",
        "overlay_scale",
        "overlay_opacity",
        "overlay_safe_zone",
        "avif_speed",
        "avif_depth",
        "avif_yuv",
        "token",
        "file",
      ]) {
        assert.ok(document.includes(`"${field}"`), field);
      }
    });
  });
});

describe("settings of a service", () => {
  const service = served({ DEFAULT_QUALITY: "30" });

  test("DEFAULT_QUALITY is what /optimize takes where nothing is asked", async () => {
    const url = `${service().base}/optimize`;
    const plain = await imageOf(await postRaw(url, image));
    const asked = await imageOf(await postRaw(`${url}?quality=30`, image));
    const other = await imageOf(await postRaw(`${url}?quality=80`, image));
    assert.deepEqual(plain, asked);
    assert.notDeepEqual(plain, other);
  });
});
