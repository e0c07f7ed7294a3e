// Every option is refused out of range, of the wrong kind, misspelt and given twice; and read in every valid spelling.

import { describe, test } from "node:test";

import { solid } from "./images.fixture.ts";
import {
  expectProblem,
  imageOf,
  postForm,
  postJson,
  postRaw,
} from "./requests.fixture.ts";
import { served } from "./service.fixture.ts";

const service = served();
const image = await solid(16, 8).jpeg({ quality: 95 }).toBuffer();

const BOOLEAN = ["2", "ja", "", "truee", "null"];
const CONVERT_BAD: Readonly<Record<string, readonly string[]>> = {
  format: ["bmp", "jpegg", "", "image/jpeg", "exe"],
  q: ["-1", "101", "80.5", "high", "", "1e1", "0x10", "NaN", " "],
  size: ["0", "-5", "10.5", "big", "", "1000000000000"],
  square: BOOLEAN,
  strip_exif: BOOLEAN,
  overlay_scale: ["0", "101", "-3", "x", ""],
  overlay_opacity: ["-1", "101", "x", ""],
  overlay_safe_zone: BOOLEAN,
  upload_s3: BOOLEAN,
  return_binary: BOOLEAN,
  avif_speed: ["-1", "11", "1.5", "fast"],
  avif_depth: ["9", "12", "-8", "x"],
  avif_yuv: ["411", "4:2:0", "x"],
  sharpen: ["yes", "1", ""],
  resize: ["lanczos", ""],
};
const OPTIMIZE_BAD: Readonly<Record<string, readonly unknown[]>> = {
  quality: [0, 101, -1, 80.5, "80", true, null, [], {}],
  strip_metadata: ["true", 1, null, "yes"],
  progressive_jpeg: ["true", 0, null],
  png_lossy: ["true", 1, null],
  max_reduction: [-1, 101, "50", true],
  preset: ["extreme", "HIGH!", 1, null, ""],
};
const NUMERIC: Readonly<Record<string, RegExp>> = {
  q: /0 to 100/,
  overlay_scale: /1 to 100/,
  overlay_opacity: /0 to 100/,
  avif_speed: /0 to 10\b/,
  quality: /1 to 100/,
  max_reduction: /0 to 100/,
};

describe("/convert", () => {
  for (const [field, values] of Object.entries(CONVERT_BAD)) {
    for (const value of values) {
      test(`refuses ${field}="${value}", in a form and a query`, async () => {
        const url = `${service().base}/convert`;
        const expected = {
          error: "bad_request",
          context: { field },
          ...(NUMERIC[field] && { message: NUMERIC[field] }),
        } as const;
        const query = new URLSearchParams({ [field]: value }).toString();
        await expectProblem(await postRaw(`${url}?${query}`, image), expected);
        const parts = [
          ["file", image],
          [field, value],
        ] as const;
        await expectProblem(await postForm(url, parts), expected);
      });
    }
    test(`refuses ${field} given twice in a query`, async () => {
      const url = `${service().base}/convert?${field}=1&${field}=1`;
      await expectProblem(await postRaw(url, image), {
        error: "bad_request",
        context: { field },
      });
    });
  }

  const misspelt = [
    ["quality", undefined],
    ["Q", "q"],
    ["sise", "size"],
    ["formt", "format"],
    ["stripexif", "strip_exif"],
    ["avif-speed", "avif_speed"],
    ["overlay_opacty", "overlay_opacity"],
    ["entirely_unheard_of", undefined],
  ] as const;
  for (const [key, meant] of misspelt) {
    test(`refuses the unknown ${key}${meant ? `, and thinks of ${meant}` : ""}`, async () => {
      const response = await postRaw(
        `${service().base}/convert?${key}=1`,
        image,
      );
      await expectProblem(response, {
        error: "bad_request",
        context: { field: key },
        ...(meant && { message: new RegExp(`"${meant}"`) }),
      });
    });
  }

  const json: readonly (readonly [
    what: string,
    body: unknown,
    field?: string,
  ])[] = [
    ["text that is not JSON", "{q: 80}"],
    ["half a JSON text", '{"q": 80'],
    ["an empty body", ""],
    ["an array", [], "body"],
    ["null", null, "body"],
    ["a number as text", { q: "80" }, "q"],
    ["a boolean as text", { square: "true" }, "square"],
    ["a fraction", { q: 80.5 }, "q"],
    ["neither URL nor file", {}, "file"],
  ];
  for (const [what, body, field] of json) {
    test(`refuses as JSON ${what}`, async () => {
      await expectProblem(await postJson(`${service().base}/convert`, body), {
        error: "bad_request",
        ...(field && { context: { field } }),
      });
    });
  }

  for (const type of [
    "text/plain",
    "application/xml",
    "nonsense",
    "application/x-www-form-urlencoded",
    "",
  ]) {
    test(`refuses a body of type "${type}"`, async () => {
      for (const path of ["/convert", "/optimize"]) {
        const headers = { "content-type": type };
        const response = await postRaw(service().base + path, image, headers);
        await expectProblem(response, { error: "bad_request" });
      }
    });
  }
});

describe("/optimize", () => {
  for (const [field, values] of Object.entries(OPTIMIZE_BAD)) {
    for (const value of values) {
      test(`refuses ${field}: ${JSON.stringify(value)}, flat and nested`, async () => {
        const isNumber = typeof value === "number";
        const expected = {
          error: "bad_request",
          context: { field },
          ...(isNumber && NUMERIC[field] && { message: NUMERIC[field] }),
        } as const;
        for (const options of [
          { [field]: value },
          { optimization: { [field]: value } },
        ]) {
          const response = await postOptions(JSON.stringify(options));
          await expectProblem(response, expected);
        }
      });
    }
  }

  const rows: readonly (readonly [
    what: string,
    options: string,
    field: string,
  ])[] = [
    ["options that are not JSON", "{quality: 80}", "options"],
    ["options cut short", '{"quality": 8', "options"],
    ["options that are empty", "", "options"],
    ["options that are a list", "[]", "options"],
    ["options that are a number", "80", "options"],
    [
      "an optimization that is no object",
      '{"optimization": 80}',
      "optimization",
    ],
    [
      "an option flat and nested",
      '{"quality": 8, "optimization": {"quality": 8}}',
      "quality",
    ],
    ["a misspelt option", '{"qualty": 80}', "qualty"],
    ["a misspelt nested option", '{"optimization": {"qualty": 80}}', "qualty"],
  ];
  for (const [what, options, field] of rows) {
    test(`refuses ${what}`, async () => {
      await expectProblem(await postOptions(options), {
        error: "bad_request",
        context: { field },
        ...(field === "qualty" && { message: /"quality"/ }),
      });
    });
  }

  test("refuses a preset that is given beside and inside", async () => {
    const response = await postForm(`${service().base}/optimize`, [
      ["file", image],
      ["options", '{"preset": "low"}'],
      ["preset", "high"],
    ]);
    await expectProblem(response, {
      error: "bad_request",
      context: { field: "preset" },
    });
  });

  const accepted: readonly (readonly [what: string, query: string])[] = [
    ["numbers", "quality=75&max_reduction=50"],
    ["a fraction of a percent", "max_reduction=12.5"],
    ["null as text", "max_reduction=null"],
    ["booleans", "strip_metadata=no&progressive_jpeg=ON&png_lossy=1"],
    ["a preset", "preset=medium"],
  ];
  for (const [what, query] of accepted) {
    test(`coerces ${what} in a query`, async () => {
      const url = `${service().base}/optimize?${query}`;
      await imageOf(await postRaw(url, image));
    });
  }

  const postOptions = (options: string): Promise<Response> =>
    postForm(`${service().base}/optimize`, [
      ["file", image],
      ["options", options],
    ]);
});
