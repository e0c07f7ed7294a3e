// What comes in as a form: every malformed one is refused by name, every odd but valid one is read.

import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";

import { solid } from "./images.fixture.ts";
import {
  expectProblem,
  imageOf,
  postForm,
  formBytes,
  FORM_END,
  formField,
  formFile,
  sendForm,
  exchange,
  rawPost,
} from "./requests.fixture.ts";
import type { Expected, Part } from "./requests.fixture.ts";
import { eventually, served } from "./service.fixture.ts";

const service = served({ MAX_FILE_SIZE_MB: "1", MAX_UPLOAD_SIZE_MB: "1" });
const image = await solid(16, 8).jpeg().toBuffer();
const file: Part = ["file", image];
const VERBS = ["/convert", "/optimize"];

const send = (
  path: string,
  body: Uint8Array,
  contentType?: string,
): Promise<Response> => sendForm(service().port, path, body, contentType);

describe("malformed forms", () => {
  const whole = formBytes(formFile("file", image), FORM_END);
  const rows: readonly (readonly [
    what: string,
    body: Uint8Array,
    contentType?: string,
  ])[] = [
    ["no boundary", whole, "multipart/form-data"],
    ["an empty boundary", whole, "multipart/form-data; boundary="],
    ["another boundary than named", whole, "multipart/form-data; boundary=c"],
    ["an end in the middle of the file", whole.subarray(0, 200)],
    ["an end right behind the file's head", whole.subarray(0, 110)],
    ["an end in a part's head", whole.subarray(0, 30)],
    [
      "no closing boundary",
      whole.subarray(0, whole.length - FORM_END.length - 2),
    ],
    ["garbage", Buffer.from("garbage ".repeat(500))],
    ["binary garbage", Buffer.alloc(5000, 0xff)],
    ["nothing", Buffer.alloc(0)],
    ["a closing boundary alone", formBytes(FORM_END)],
    [
      "a part without a name",
      formBytes("--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n", FORM_END),
    ],
  ];
  for (const [what, body, contentType] of rows) {
    for (const path of VERBS) {
      test(`${path} refuses a form with ${what}`, async () => {
        const response = await send(path, body, contentType);
        await expectProblem(response, { error: "bad_request" });
      });
    }
  }
});

describe("parts", () => {
  const rows: readonly (readonly [
    what: string,
    path: string,
    parts: readonly Part[],
    expected: Partial<Expected>,
  ])[] = [
    ["no file", "/convert", [["q", "80"]], { context: { field: "file" } }],
    [
      "no file",
      "/optimize",
      [["preset", "low"]],
      { context: { field: "file" } },
    ],
    [
      "an empty file",
      "/convert",
      [["file", new Uint8Array()]],
      { context: { field: "file" } },
    ],
    [
      "an empty file",
      "/optimize",
      [["file", new Uint8Array()]],
      { context: { field: "file" } },
    ],
    [
      "the file under another name",
      "/convert",
      [["image", image]],
      { context: { field: "image" }, message: /"file"/ },
    ],
    [
      "the file under another name",
      "/optimize",
      [["image", image]],
      { context: { field: "image" }, message: /"file"/ },
    ],
    [
      "an overlay, which it has not",
      "/optimize",
      [file, ["overlay", image]],
      { context: { field: "overlay" } },
    ],
    [
      "the file twice",
      "/convert",
      [file, file],
      { context: { field: "file" } },
    ],
    [
      "the file twice",
      "/optimize",
      [file, file],
      { context: { field: "file" } },
    ],
    [
      "a field twice",
      "/convert",
      [["q", "80"], ["q", "80"], file],
      { context: { field: "q" } },
    ],
    [
      "a field twice, around the file",
      "/convert",
      [["q", "80"], file, ["q", "80"]],
      { context: { field: "q" } },
    ],
    [
      "the options twice",
      "/optimize",
      [file, ["options", "{}"], ["options", "{}"]],
      { context: { field: "options" } },
    ],
    [
      "the file as text",
      "/convert",
      [["file", "just text"]],
      { context: { field: "file" } },
    ],
    [
      "a field of 300 KB",
      "/convert",
      [["q", "8".repeat(300_000)], file],
      { context: { field: "q" } },
    ],
    [
      "100 fields",
      "/convert",
      [...Array.from({ length: 100 }, (_, at): Part => [`f${at}`, "x"]), file],
      {},
    ],
    [
      "three files",
      "/convert",
      [file, ["overlay", image], ["third", image]],
      {},
    ],
  ];
  for (const [what, path, parts, expected] of rows) {
    test(`${path} refuses ${what}`, async () => {
      const response = await postForm(service().base + path, parts);
      await expectProblem(response, { error: "bad_request", ...expected });
    });
  }

  test("a field named in the form and in the query is given twice", async () => {
    const url = `${service().base}/convert?q=80`;
    await expectProblem(await postForm(url, [["q", "80"], file]), {
      error: "bad_request",
      context: { field: "q" },
    });
  });

  test("a form that was refused is not waited for, though its file has begun", async () => {
    const begun = formFile("file", image).subarray(0, -20);
    const body = formBytes(formField("q", "80"), formField("q", "90"), begun);
    const head = {
      "Content-Type": "multipart/form-data; boundary=b",
      "Content-Length": body.length + 1000,
    };
    const reply = exchange(service().port, rawPost("/convert", head, body));
    const patience = AbortSignal.timeout(5000);
    const silence = once(patience, "abort").then(() => assert.fail("silence"));
    await expectProblem(await Promise.race([reply, silence]), {
      error: "bad_request",
      context: { field: "q" },
    });
  });

  test("a refused form leaves no folder behind", async () => {
    await send("/convert", formFile("file", image));
    await eventually("nothing is left", async () => {
      return (await service().requestFolders()).length === 0;
    });
  });
});

describe("odd but valid forms", () => {
  const rows: readonly (readonly [
    what: string,
    body: Uint8Array,
    contentType?: string,
  ])[] = [
    [
      "fields behind the file",
      formBytes(formFile("file", image), formField("q", "50"), FORM_END),
    ],
    [
      "a preamble and an epilogue",
      formBytes("preamble\r\n", formFile("file", image), FORM_END, "epilogue"),
    ],
    [
      "a quoted boundary",
      formBytes(formFile("file", image), FORM_END),
      'multipart/form-data; boundary="b"',
    ],
    [
      "an upper-case media type",
      formBytes(formFile("file", image), FORM_END),
      "Multipart/Form-Data; boundary=b",
    ],
    [
      "a file name that climbs",
      formBytes(
        formFile("file", image, "; filename*=UTF-8''..%2F..%2Fetc%2Fpasswd"),
        FORM_END,
      ),
    ],
  ];
  for (const [what, body, contentType] of rows) {
    test(`/convert reads a form with ${what}`, async () => {
      await imageOf(await send("/convert", body, contentType));
    });
  }

  test("a file name of 200 characters of any script is no trouble", async () => {
    const form = new FormData();
    form.append("file", new Blob([image]), `${"ж".repeat(190)}"\r\n.jpg`);
    const url = `${service().base}/convert`;
    await imageOf(await fetch(url, { method: "POST", body: form }));
  });
});
