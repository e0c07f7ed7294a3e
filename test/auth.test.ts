// Who is let in: keys by header, form and query, key lists, the public tier, and what stays open to all.

import { describe, test } from "node:test";
import assert from "node:assert/strict";

import { solid } from "./images.fixture.ts";
import {
  exchange,
  expectProblem,
  imageOf,
  postForm,
  postJson,
  postRaw,
  rawPost,
} from "./requests.fixture.ts";
import type { Part } from "./requests.fixture.ts";
import { served } from "./service.fixture.ts";

const FIRST = "first-key";
const SECOND = "second-key";
const TOKEN = "pixload-token";
const image = await solid(16, 8).jpeg({ quality: 95 }).toBuffer();
const file: Part = ["file", image];
const KEYS = { API_KEY: `${FIRST}, ${SECOND}`, PIXLOAD_IMAGE_TOKEN: TOKEN };

describe("with keys set", () => {
  const service = served(KEYS);

  const headers: readonly (readonly [what: string, authorization: string])[] = [
    ["the first key of the list", `Bearer ${FIRST}`],
    ["the second key of the list", `Bearer ${SECOND}`],
    ["PIXLOAD_IMAGE_TOKEN", `Bearer ${TOKEN}`],
    ["a lower-case scheme", `bearer ${FIRST}`],
    ["an upper-case scheme", `BEARER ${FIRST}`],
  ];
  for (const [what, authorization] of headers) {
    for (const path of ["/convert", "/optimize"]) {
      test(`${path} lets ${what} in`, async () => {
        const url = service().base + path;
        await imageOf(await postForm(url, [file], { authorization }));
      });
    }
  }

  const wrong: readonly (readonly [
    what: string,
    headers: Record<string, string>,
  ])[] = [
    ["no key", {}],
    ["a wrong key", { authorization: "Bearer nonsense" }],
    ["an empty key", { authorization: "Bearer " }],
    ["the whole key list", { authorization: `Bearer ${KEYS.API_KEY}` }],
    ["a key's beginning", { authorization: `Bearer ${FIRST.slice(0, -1)}` }],
    ["another scheme", { authorization: `Basic ${FIRST}` }],
    ["a key without scheme", { authorization: FIRST }],
  ];
  for (const [what, given] of wrong) {
    for (const path of ["/convert", "/optimize"]) {
      test(`${path} refuses ${what}, in a form and with a raw body`, async () => {
        const url = service().base + path;
        const expected = { error: "unauthorized" } as const;
        await expectProblem(await postForm(url, [file], given), expected);
        await expectProblem(await postRaw(url, image, given), expected);
      });
    }
  }

  test("a wrong header is not made good by a right form token", async () => {
    const response = await postForm(
      `${service().base}/convert`,
      [["token", TOKEN], file],
      { authorization: "Bearer nonsense" },
    );
    await expectProblem(response, { error: "unauthorized" });
  });

  const tokens: readonly (readonly [
    what: string,
    parts: readonly Part[],
    isIn: boolean,
  ])[] = [
    ["a token before the file", [["token", TOKEN], file], true],
    ["an API key as token", [["token", SECOND], file], true],
    ["a token among other fields", [["q", "70"], ["token", TOKEN], file], true],
    ["a wrong token before the file", [["token", "nonsense"], file], false],
    ["an empty token before the file", [["token", ""], file], false],
    ["a token after the file", [file, ["token", TOKEN]], false],
    ["no token", [file], false],
    ["no token and no file", [["q", "70"]], false],
  ];
  for (const [what, parts, isIn] of tokens) {
    test(`/convert ${isIn ? "takes" : "refuses"} ${what}`, async () => {
      const response = await postForm(`${service().base}/convert`, parts);
      if (isIn) await imageOf(response);
      else await expectProblem(response, { error: "unauthorized" });
    });
  }

  test("a form whose file begins without a token is refused before the file is read", async () => {
    const part = 'form-data; name="file"; filename="a.jpg"';
    const beginning = `--b\r\nContent-Disposition: ${part}\r\n\r\nnot even a kilobyte`;
    const head = {
      "Content-Type": "multipart/form-data; boundary=b",
      "Content-Length": 50_000_000,
    };
    const request = rawPost("/convert", head, beginning);
    const response = await exchange(service().port, request, 2000);
    await expectProblem(response, { error: "unauthorized" });
  });

  test("a raw body without a key is refused before it is read", async () => {
    for (const path of ["/convert", "/optimize"]) {
      const head = {
        "Content-Type": "image/jpeg",
        "Content-Length": 9_999_999,
      };
      const request = rawPost(path, head, "the first bytes");
      const response = await exchange(service().port, request, 2000);
      await expectProblem(response, { error: "unauthorized" });
    }
  });

  test("the query's token opens /convert for a raw body", async () => {
    const url = `${service().base}/convert`;
    await imageOf(await postRaw(`${url}?token=${TOKEN}`, image));
    const wrongToken = await postRaw(`${url}?token=nonsense`, image);
    await expectProblem(wrongToken, { error: "unauthorized" });
  });

  test("a JSON body without a key is refused, whatever else is wrong with it", async () => {
    const body = { src_url: "https://example.com/a.jpg" };
    for (const path of ["/convert", "/optimize"]) {
      const response = await postJson(service().base + path, body);
      await expectProblem(response, { error: "unauthorized" });
    }
  });

  for (const path of [
    "/",
    "/health",
    "/ping",
    "/ready",
    "/formats",
    "/openapi.json",
  ]) {
    test(`${path} needs no key`, async () => {
      const response = await fetch(service().base + path);
      assert.equal(response.status, 200);
      await response.arrayBuffer();
    });
  }
});

describe("with PUBLIC_ACCESS", () => {
  const service = served({ ...KEYS, PUBLIC_ACCESS: "true" });

  test("callers without a key are let in", async () => {
    for (const path of ["/convert", "/optimize"]) {
      await imageOf(await postForm(service().base + path, [file]));
      await imageOf(await postRaw(service().base + path, image));
    }
  });

  test("a wrong key is still refused, by header, form and query", async () => {
    const url = `${service().base}/convert`;
    const authorization = "Bearer nonsense";
    const replies = [
      await postForm(url, [file], { authorization }),
      await postForm(url, [["token", "nonsense"], file]),
      await postForm(url, [file, ["token", "nonsense"]]),
      await postRaw(`${url}?token=nonsense`, image),
    ];
    for (const reply of replies) {
      await expectProblem(reply, { error: "unauthorized" });
    }
  });
});

describe("without keys", () => {
  const service = served();

  test("everyone is let in, with a key or without", async () => {
    const authorization = "Bearer anything";
    for (const path of ["/convert", "/optimize"]) {
      const url = service().base + path;
      await imageOf(await postForm(url, [file]));
      await imageOf(await postForm(url, [file], { authorization }));
    }
  });
});
