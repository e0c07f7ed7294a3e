// Makes requests of files: sound ones with options known and unknown, and ones whose framing lies.

import type { Dice } from "./random.ts";

/** A request as it goes over the wire. */
export interface WireRequest {
  readonly verb: string;
  readonly bytes: Uint8Array;
  /** Whether HTTP itself is kept to, so that an answer is owed. */
  readonly isFramed: boolean;
  readonly told: string;
}

const VERBS = ["/convert", "/optimize", "/estimate"] as const;
const BOUNDARY = "fuzz-boundary";

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  "/convert": [
    "format=jpg",
    "format=png",
    "format=webp",
    "format=avif",
    "format=gif",
    "format=tiff",
    "format=jxl",
    "format=heic",
    "size=100",
    "size=1",
    "square=true",
    "q=0",
    "q=100",
    "q=101",
    "width=5&height=900&fit=fill&enlarge=true",
    "width=64&fit=cover&height=64",
    "lossless=true",
    "strip_exif=true",
    "avif_speed=10",
    "resize=fast",
    "background=%23ff000080",
    "nonsense=1",
  ],
  "/optimize": [
    "preset=low",
    "preset=medium",
    "preset=high",
    "quality=1",
    "quality=100",
    "max_reduction=20",
    "strip_metadata=false",
    "png_lossy=false",
    "quality=0",
    "preset=best",
  ],
  "/estimate": ["preset=low", "preset=high", "quality=50", "file_size=5", ""],
};

type Broken = readonly [
  name: string,
  bend: (head: string, body: Uint8Array, dice: Dice) => [string, Uint8Array],
  /** Whether the request is whole for HTTP, and only its form is not. */
  isFramed?: true,
];

/** Ways to break the frame: what HTTP forbids, or what multipart does. */
const BROKEN: readonly Broken[] = [
  [
    "length-too-long",
    (head, body) => [
      head.replace(
        /content-length: \d+/,
        `content-length: ${body.length + 99}`,
      ),
      body,
    ],
  ],
  [
    "length-too-short",
    (head, body) => [
      head.replace(
        /content-length: \d+/,
        `content-length: ${Math.max(0, body.length - 9)}`,
      ),
      body,
    ],
  ],
  [
    "length-of-nonsense",
    (head, body, dice) => [
      head.replace(
        /content-length: \d+/,
        `content-length: ${dice.oneOf(["-1", "1e3", "99999999999999999999", "0x10", ""])}`,
      ),
      body,
    ],
  ],
  [
    "chunks-that-lie",
    (head, body, dice) => [
      head.replace(/content-length: \d+/, "transfer-encoding: chunked"),
      Buffer.concat([
        Buffer.from(`${dice.oneOf(["ffffffff", "-5", "zz", "5", "0"])}\r\n`),
        body.subarray(0, 300),
        Buffer.from("\r\n0\r\n\r\n"),
      ]),
    ],
  ],
  [
    "boundary-missing",
    (head, body) => [head.replaceAll(BOUNDARY, "another"), body],
    true,
  ],
  [
    "header-junk",
    (head, body, dice) => [
      head.replace(
        "\r\n\r\n",
        `\r\n${dice.oneOf(["x: \u0000", "no colon", ": empty", `y: ${"z".repeat(40_000)}`])}\r\n\r\n`,
      ),
      body,
    ],
  ],
  [
    "bytes-flipped",
    (head, body, dice) => {
      const text = head.split("");
      text[dice.below(text.length)] = String.fromCharCode(dice.below(128));
      return [text.join(""), body];
    },
  ],
];

/** A request that posts `file`: raw or as a form; one of six with a frame that lies. */
export function requestOf(
  file: Uint8Array,
  host: string,
  dice: Dice,
): WireRequest {
  const verb = dice.oneOf(VERBS);
  const query = dice.oneOf(FIELDS[verb]!);
  const isForm = dice.chance(0.4);
  const body = isForm ? formBody(file, query, dice) : file;
  const type = isForm
    ? `multipart/form-data; boundary=${BOUNDARY}`
    : dice.oneOf(["application/octet-stream", "image/jpeg", "image/*"]);
  const target = isForm || query === "" ? verb : `${verb}?${query}`;
  const head = [
    `POST ${target} HTTP/1.1`,
    `host: ${host}`,
    "connection: close",
    `content-type: ${type}`,
    `content-length: ${body.length}`,
    "",
    "",
  ].join("\r\n");
  const broken = dice.chance(1 / 6) ? dice.oneOf(BROKEN) : undefined;
  const [sentHead, sentBody] = broken
    ? broken[1](head, body, dice)
    : [head, body];
  return {
    verb,
    bytes: Buffer.concat([Buffer.from(sentHead, "latin1"), sentBody]),
    isFramed: broken === undefined || broken[2] === true,
    told: `POST ${target}${isForm ? ` (form, ${query})` : ""}${broken ? `, ${broken[0]}` : ""}`,
  };
}

function formBody(file: Uint8Array, query: string, dice: Dice): Uint8Array {
  const fields = [...new URLSearchParams(query)].map(([name, value]) =>
    Buffer.from(
      `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    ),
  );
  const name = dice.chance(0.95)
    ? "file"
    : dice.oneOf(["overlay", "", "fil\u00e9"]);
  const part = Buffer.concat([
    Buffer.from(
      `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"; filename="x.bin"\r\ncontent-type: image/png\r\n\r\n`,
    ),
    file,
    Buffer.from("\r\n"),
  ]);
  const parts = dice.chance(0.2) ? [part, ...fields] : [...fields, part];
  const end = dice.chance(0.95)
    ? Buffer.from(`--${BOUNDARY}--\r\n`)
    : Buffer.alloc(0);
  return Buffer.concat([...parts, end]);
}
