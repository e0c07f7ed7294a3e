// Names that every JavaScript object has already are unknown names like any other, wherever they come.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { solid } from "./images.fixture.ts";
import {
  expectProblem,
  PRESENT,
  formBytes,
  FORM_END,
  formField,
  formFile,
  sendForm,
} from "./requests.fixture.ts";

import { served } from "./service.fixture.ts";

const service = served();
const image = await solid(16, 8).jpeg().toBuffer();

const send = (
  path: string,
  body: Uint8Array,
  contentType?: string,
): Promise<Response> => sendForm(service().port, path, body, contentType);

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
            formBytes(formField(name, "1"), formFile("file", image), FORM_END),
          ),
      ],
      [
        "a form field of /optimize",
        () =>
          send(
            "/optimize",
            formBytes(formField(name, "1"), formFile("file", image), FORM_END),
          ),
      ],
      [
        "a file part",
        () => send("/convert", formBytes(formFile(name, image), FORM_END)),
      ],
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
      formBytes(formFile("file", image), formField("options", value), FORM_END),
    );
});
