// Which origins browsers may call from, and what they may read; errors and preflights included.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { noise, photo } from "./images.fixture.ts";
import { imageOf, postForm, postRaw } from "./requests.fixture.ts";
import { served } from "./service.fixture.ts";

const image = await photo(64, 48).jpeg({ quality: 97 }).toBuffer();

describe("for all origins", () => {
  const service = served();
  for (const path of ["/convert", "/optimize", "/health"]) {
    test(`a preflight of ${path} is 204 and carries an id`, async () => {
      const response = await preflight(
        service().base + path,
        "https://anywhere.example",
      );
      assert.equal(response.status, 204);
      assert.equal(response.headers.get("access-control-allow-origin"), "*");
      assert.match(
        response.headers.get("access-control-allow-methods") ?? "",
        /POST/,
      );
      assert.match(
        response.headers.get("access-control-allow-headers") ?? "",
        /authorization/i,
      );
      assert.notEqual(response.headers.get("x-request-id"), null);
    });
  }

  test("an OPTIONS that is no preflight is answered like one", async () => {
    for (const path of ["/convert", "/nothing"]) {
      const url = service().base + path;
      const response = await fetch(url, { method: "OPTIONS" });
      assert.equal(response.status, 204);
      assert.notEqual(response.headers.get("x-request-id"), null);
    }
  });

  test("every X- header of a reply may be read by browsers", async () => {
    const url = service().base;
    const replies = [
      await postRaw(`${url}/convert`, image),
      await postRaw(`${url}/optimize`, image),
      await postRaw(`${url}/convert`, await cut()),
    ];
    for (const reply of replies) {
      const exposed = (reply.headers.get("access-control-expose-headers") ?? "")
        .toLowerCase()
        .split(/, ?/);
      for (const name of reply.headers.keys()) {
        if (!name.startsWith("x-") || name === "x-content-type-options")
          continue;
        assert.ok(exposed.includes(name), name);
      }
      await imageOf(reply);
    }
  });
});

/** A JPEG that lacks its last row of blocks: its reply has warnings. */
async function cut(): Promise<Uint8Array> {
  const whole = await noise(32, 3200)
    .jpeg({ chromaSubsampling: "4:4:4" })
    .toBuffer();
  return whole.subarray(0, Math.floor(whole.length * 0.9975));
}

describe("with a list of origins", () => {
  const service = served({
    ALLOWED_ORIGINS: "https://one.example, https://two.example",
    API_KEY: "secret",
  });

  for (const origin of ["https://one.example", "https://two.example"]) {
    test(`${origin} may call, and reads errors too`, async () => {
      const { base } = service();
      const before = await preflight(`${base}/convert`, origin);
      assert.equal(before.status, 204);
      const refused = await fetch(`${base}/nothing`, { headers: { origin } });
      const unkeyed = await postForm(`${base}/convert`, [["file", image]], {
        origin,
      });
      for (const response of [before, refused, unkeyed]) {
        assert.equal(
          response.headers.get("access-control-allow-origin"),
          origin,
        );
        assert.match(response.headers.get("vary") ?? "", /origin/i);
      }
      assert.deepEqual([refused.status, unkeyed.status], [404, 401]);
    });
  }

  for (const origin of [
    "https://three.example",
    "https://one.example.evil.example",
    "null",
  ]) {
    test(`${origin} gets no leave`, async () => {
      const response = await preflight(`${service().base}/convert`, origin);
      assert.notEqual(
        response.headers.get("access-control-allow-origin"),
        origin,
      );
      assert.notEqual(response.headers.get("access-control-allow-origin"), "*");
    });
  }

  test("a preflight needs no key", async () => {
    const { status } = await preflight(
      `${service().base}/optimize`,
      "https://one.example",
    );
    assert.equal(status, 204);
  });
});

function preflight(url: string, origin: string): Promise<Response> {
  return fetch(url, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type",
    },
  });
}
