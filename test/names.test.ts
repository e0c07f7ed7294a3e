// Names that every JavaScript object has already are unknown names like any other, wherever they come.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { solid } from "./images.fixture.ts";
import {
  exchange,
  expectProblem,
  PRESENT,
  rawPost,
} from "./requests.fixture.ts";

import { served } from "./service.fixture.ts";

const service = served();
const image = await solid(16, 8).jpeg().toBuffer();

const field = (name: string, value: string): string =>
  `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const filePart = (name: string, bytes: Uint8Array, more = ""): Buffer =>
  Buffer.concat([
    Buffer.from(
      `--b\r\nContent-Disposition: form-data; name="${name}"; filename="a.jpg"${more}\r\nContent-Type: image/jpeg\r\n\r\n`,
    ),
    bytes,
    Buffer.from("\r\n"),
  ]);
const END = "--b--\r\n";
const join = (...parts: (string | Uint8Array)[]): Buffer =>
  Buffer.concat(parts.map((part) => Buffer.from(part as string)));

function send(
  path: string,
  body: Uint8Array,
  contentType = "multipart/form-data; boundary=b",
): Promise<Response> {
  const head = { "Content-Type": contentType, "Content-Length": body.length };
  return exchange(service().port, rawPost(path, head, body));
}

describe("names that objects have already", () => {
  for (const name of ["__proto__", "constructor", "prototype", "toString"]) {
    const rows: readonly (readonly [
      where: string,
      send: () => Promise<Response>,
    ])[] = [
      [
        "a form field of /convert",
        () =>
          send(
            "/convert",
            join(field(name, "1"), filePart("file", image), END),
          ),
      ],
      [
        "a form field of /optimize",
        () =>
          send(
            "/optimize",
            join(field(name, "1"), filePart("file", image), END),
          ),
      ],
      ["a file part", () => send("/convert", join(filePart(name, image), END))],
      ["/convert's query", () => raw(`/convert?${name}=1`)],
      ["/optimize's query", () => raw(`/optimize?${name}=1`)],
      [
        "a JSON body of /convert",
        () => json("/convert", `{"${name}": {"q": 1}}`),
      ],
      [
        "a JSON body of /optimize",
        () => json("/optimize", `{"${name}": {"quality": 1}}`),
      ],
      [
        "nested JSON",
        () => json("/optimize", `{"optimization": {"${name}": {"a": 1}}}`),
      ],
      ["the options field", () => options(`{"${name}": {"quality": 1}}`)],
      [
        "the nested options field",
        () => options(`{"optimization": {"${name}": 1}}`),
      ],
    ];
    for (const [where, request] of rows) {
      test(`${name} as ${where} is refused like any unknown name`, async () => {
        await expectProblem(await request(), {
          error: "bad_request",
          ...(!where.includes("JSON") && { context: { field: PRESENT } }),
        });
        assert.equal(({} as Record<string, unknown>)["quality"], undefined);
      });
    }
  }

  const raw = (path: string): Promise<Response> =>
    send(path, image, "image/jpeg");
  const json = (path: string, body: string): Promise<Response> =>
    send(path, Buffer.from(body), "application/json");
  const options = (value: string): Promise<Response> =>
    send(
      "/optimize",
      join(filePart("file", image), field("options", value), END),
    );
});
