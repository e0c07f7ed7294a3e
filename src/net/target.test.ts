// Claims about URLs before any look-up: shapes that parsers read differently are refused, and so are names of this machine, however they are spelled.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { ServiceError } from "../errors.ts";
import type { ErrorCode } from "../errors.ts";
import { redirected, targetOf } from "./target.ts";

const HTTPS = ["https"];
const BOTH = ["https", "http"];

function refusal(work: () => unknown): ServiceError {
  try {
    work();
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
  return assert.fail("nothing was refused");
}

const refused: Readonly<
  Record<string, readonly [ErrorCode, readonly string[]]>
> = {
  "no URL": [
    "bad_request",
    ["", " ", "x", "null", "https", "https:", "https://", "//example.com/a"],
  ],
  "no host, or a broken one": [
    "bad_request",
    [
      "https:///example.com/",
      "https:////example.com/",
      "https:example.com/",
      "https:/example.com/",
      "https://[/",
      "https://[]/",
      "https://[::1",
      "https://[::g]/",
      "https://\ud800.com/",
      "https://ex%2fample.com/",
      "https://127.0.0.1%00.example.com/",
      "https://127.0.0.1%23.example.com/",
      "https://example.com%40127.0.0.1/",
    ],
  ],
  "another scheme": [
    "bad_request",
    [
      "http://example.com/a.png",
      "file:///etc/passwd",
      "FILE://localhost/etc/passwd",
      "ftp://example.com/x.png",
      "gopher://127.0.0.1:6379/_INFO",
      "data:image/png;base64,iVBORw0KGgo=",
      "javascript:alert(1)",
      "blob:https://example.com/x",
      "ws://example.com/",
      "unix:/var/run/docker.sock",
      "http+unix://%2fvar%2frun%2fdocker.sock/x",
      "s3://bucket/key",
    ],
  ],
  "spaces and control characters": [
    "bad_request",
    [
      "https://example.com/a b",
      " https://example.com/",
      "https://example.com/\n",
      "ht\ntps://example.com/",
      "https://exam\tple.com/",
      "https://example.com/a\r\nX-Injected: 1",
      "\u0000https://example.com/",
      "https://example.com/\u007f",
    ],
  ],
  backslashes: [
    "bad_request",
    [
      "https:\\\\example.com\\",
      "https:/\\example.com/",
      "https://example.com\\@127.0.0.1/",
      "https://example.com/a\\b",
    ],
  ],
  "bad ports": [
    "bad_request",
    [
      "https://example.com:65536/",
      "https://example.com:-1/",
      "https://example.com:+443/",
      "https://example.com:443x/",
      "https://example.com:1:2/",
    ],
  ],
  "zones and other digits in brackets": [
    "bad_request",
    [
      "https://[fe80::1%25eth0]/",
      "https://[fe80::1%eth0]/",
      "https://[::1%25lo]/",
      "https://[：：1]/",
    ],
  ],
  "numbers that are no address": [
    "bad_request",
    [
      "https://4294967296/",
      "https://256.1.1.1/",
      "https://1.2.3.4.5/",
      "https://0x100000000/",
      "https://09.0.0.1/",
    ],
  ],
  "more than 8192 characters": [
    "bad_request",
    [`https://example.com/${"a".repeat(8192)}`],
  ],
  credentials: [
    "ssrf_blocked",
    [
      "https://user:pass@example.com/",
      "https://user@example.com/",
      "https://:pass@example.com/",
      "https://example.com:443@example.org/",
      "https://example.com;@example.org/",
    ],
  ],
  "this machine by name": [
    "ssrf_blocked",
    [
      "https://localhost/",
      "https://LOCALHOST:8080/",
      "https://localhost./",
      "https://localhost../",
      "https://a.b.localhost/",
      "https://localhost.localdomain/",
      "https://ip6-localhost/",
      "https://ip6-loopback/",
      "https://lo\u00adcalhost/",
      "https://loc\u200balhost/",
      "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
      "https://%6c%6f%63%61%6c%68%6f%73%74/",
    ],
  ],
  "the neighbors by name": [
    "ssrf_blocked",
    [
      "https://metadata.google.internal/",
      "https://metadata.google.internal./",
      "https://host.docker.internal/",
      "https://printer.local/",
      "https://nas.lan/",
      "https://router.home.arpa/",
      "https://wiki.intranet/",
    ],
  ],
  "names without a dot": [
    "ssrf_blocked",
    [
      "https://metadata/",
      "https://instance-data/",
      "https://redis:6379/",
      "https://-/",
      "https://./",
      "https://../",
      "https://com./",
    ],
  ],
};

for (const [what, [code, urls]] of Object.entries(refused)) {
  test(`${what}: ${code}`, () => {
    for (const text of urls) {
      const error = refusal(() => targetOf(text, "src_url", HTTPS));
      assert.equal(error.code, code, text);
      if (code === "bad_request")
        assert.deepEqual(error.context, { field: "src_url" });
      else assert.deepEqual(Object.keys(error.context), ["url"]);
    }
  });
}

/** Left to the connector, which judges the address: what matters is that both mean the same host. */
const taken: readonly (readonly [text: string, hostname: string])[] = [
  ["https://example.com/a.png?b=c#d", "example.com"],
  ["HTTPS://EXAMPLE.com:8443/", "example.com"],
  ["https://example.com./a.png", "example.com."],
  ["https://bücher.example/ä|[1].png", "xn--bcher-kva.example"],
  ["https://93.184.216.34/", "93.184.216.34"],
  ["https://[2606:4700::1111]/", "[2606:4700::1111]"],
  ["https://2130706433/", "127.0.0.1"],
  ["https://0x7f.1/", "127.0.0.1"],
  ["https://017700000001/", "127.0.0.1"],
  ["https://127.0.0.1./", "127.0.0.1"],
  ["https://①②⑦.⓪.⓪.①/", "127.0.0.1"],
  ["https://127。0。0。1/", "127.0.0.1"],
  ["https://%31%32%37.0.0.1/", "127.0.0.1"],
  ["https://127.0.0.1#@example.com/", "127.0.0.1"],
  ["https://127.0.0.1?@example.com/", "127.0.0.1"],
  ["https://[::ffff:127.0.0.1]/", "[::ffff:7f00:1]"],
  ["https://localhost.example.com/", "localhost.example.com"],
  ["https://mylocal.example/", "mylocal.example"],
];
for (const [text, hostname] of taken) {
  test(`${text} leads to ${hostname}`, () => {
    const { url, shown } = targetOf(text, "url", HTTPS);
    assert.equal(url.hostname, hostname);
    assert.equal(shown, text);
  });
}

test("http is taken where it is allowed", () => {
  assert.equal(
    targetOf("http://example.com/", "url", BOTH).url.protocol,
    "http:",
  );
});

describe("what is told back", () => {
  for (const text of [
    "https://user:secret@example.com/",
    "https://user:se%40cret@example.com/",
  ]) {
    test(`holds no credentials of ${text}`, () => {
      const { message, context } = refusal(() => targetOf(text, "url", HTTPS));
      assert.equal(context["url"], "https://example.com/");
      assert.doesNotMatch(message, /cret/);
    });
  }

  test("is 300 characters at most", () => {
    const { context } = refusal(() =>
      targetOf(`https://localhost/${"a".repeat(5000)}`, "url", HTTPS),
    );
    assert.equal(String(context["url"]).length, 300);
  });
});

describe("a redirect", () => {
  const from = targetOf("https://example.com/a/b.png?c#d", "url", BOTH);

  for (const [location, href] of [
    ["c.png", "https://example.com/a/c.png"],
    ["/c.png", "https://example.com/c.png"],
    ["?e", "https://example.com/a/b.png?e"],
    ["//cdn.example.com/c.png", "https://cdn.example.com/c.png"],
    ["http://cdn.example.com/c.png#f", "http://cdn.example.com/c.png"],
    ["https://127.0.0.1/", "https://127.0.0.1/"],
  ] as const) {
    test(`to ${location} leads to ${href}, and errors show what was asked for`, () => {
      const { url, shown } = redirected(from, location, BOTH);
      assert.equal(url.href, href);
      assert.equal(shown, from.shown);
    });
  }

  for (const [code, locations] of [
    [
      "url_fetch_failed",
      [
        undefined,
        ["https://a.example/", "https://b.example/"],
        "file:///etc/passwd",
        "data:image/png;base64,AA==",
        "ftp://example.com/",
        "https://[",
      ],
    ],
    [
      "ssrf_blocked",
      [
        "https://localhost/",
        "//metadata/",
        "https://user:secret@example.com/",
        "https://a.internal./",
      ],
    ],
  ] as const) {
    for (const location of locations) {
      test(`to ${String(location)} is ${code}`, () => {
        const error = refusal(() => redirected(from, location, BOTH));
        assert.equal(error.code, code);
        assert.deepEqual(error.context, { url: from.shown });
      });
    }
  }

  test("from https to http is refused where http is", () => {
    const error = refusal(() => redirected(from, "http://example.com/", HTTPS));
    assert.equal(error.code, "url_fetch_failed");
  });
});
