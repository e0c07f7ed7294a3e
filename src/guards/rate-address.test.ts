// Claims about whom a request is counted against: whose word is taken for its address, and which addresses are one caller.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { bucketOf, clientAddress, proxiesOf } from "./rate-address.ts";

const PROXIES = proxiesOf([
  "10.0.0.0/8",
  "192.0.2.7",
  "fd00::/8",
  "2001:db8::1",
]);

describe("the client's address", () => {
  const rows: readonly (readonly [
    claim: string,
    peer: string,
    forwardedFor: string | undefined,
    address: string,
  ])[] = [
    ["is the peer's without a header", "8.8.8.8", undefined, "8.8.8.8"],
    ["is the peer's, whatever it claims", "8.8.8.8", "1.1.1.1", "8.8.8.8"],
    ["is a proxy's that names none", "10.0.0.1", undefined, "10.0.0.1"],
    ["is what a proxy says", "10.0.0.1", "1.1.1.1", "1.1.1.1"],
    ["is what a lone proxy says", "192.0.2.7", "1.1.1.1", "1.1.1.1"],
    ["is no neighbor proxy's word", "192.0.2.8", "1.1.1.1", "192.0.2.8"],
    [
      "is the last in the list, not the caller's own claim before it",
      "10.0.0.1",
      "9.9.9.9, 1.1.1.1",
      "1.1.1.1",
    ],
    [
      "lies behind all trusted proxies",
      "10.0.0.1",
      "9.9.9.9, 1.1.1.1, 10.2.2.2,10.3.3.3",
      "1.1.1.1",
    ],
    [
      "is the first proxy's where all are trusted",
      "10.0.0.1",
      "10.1.1.1, 10.2.2.2",
      "10.1.1.1",
    ],
    ["is IPv6", "fd00::1", "2a00:1450::5", "2a00:1450::5"],
    ["is IPv6 behind a lone proxy", "2001:db8::1", "2a00::5", "2a00::5"],
    ["is IPv4 that came over IPv6", "::ffff:8.8.8.8", undefined, "8.8.8.8"],
    ["is IPv4 in words", "::ffff:808:808", undefined, "8.8.8.8"],
    ["is behind a proxy over IPv6", "::ffff:10.0.0.1", "1.1.1.1", "1.1.1.1"],
    ["is IPv4 in IPv6 in the list", "10.0.0.1", "::ffff:1.1.1.1", "1.1.1.1"],
    ["has no port", "10.0.0.1", "1.1.1.1:4711", "1.1.1.1"],
    ["has no brackets", "10.0.0.1", "[2a00::5]", "2a00::5"],
    ["has neither", "10.0.0.1", "[2a00::5]:4711", "2a00::5"],
    ["has no zone", "fe80::1%eth0", undefined, "fe80::1"],
    ["is a proxy's that sends nonsense", "10.0.0.1", "nobody", "10.0.0.1"],
    ["is a proxy's that sends nothing", "10.0.0.1", "", "10.0.0.1"],
    ["is not beyond nonsense", "10.0.0.1", "1.1.1.1, unknown", "10.0.0.1"],
    [
      "is the last proxy's before nonsense",
      "10.0.0.1",
      "1.1.1.1, <script>, 10.2.2.2",
      "10.2.2.2",
    ],
    ["is no half address", "10.0.0.1", "1.1.1", "10.0.0.1"],
    ["is no empty end", "10.0.0.1", "1.1.1.1,", "10.0.0.1"],
    ["may be unknown", "unknown", "1.1.1.1", "unknown"],
  ];
  for (const [claim, peer, forwardedFor, address] of rows) {
    test(`${claim}: ${peer}, ${forwardedFor ?? "no header"}`, () => {
      assert.equal(clientAddress(peer, forwardedFor, PROXIES), address);
    });
  }

  test("is the peer's where nobody is trusted", () => {
    const none = proxiesOf([]);
    assert.equal(clientAddress("127.0.0.1", "1.1.1.1", none), "127.0.0.1");
  });

  test("is found in a list as long as a header may be", () => {
    const list = Array.from({ length: 2000 }, () => "10.1.1.1").join(",");
    assert.equal(clientAddress("10.0.0.1", list, PROXIES), "10.1.1.1");
  });
});

describe("one caller", () => {
  for (const [a, b, isOne] of [
    ["8.8.8.8", "8.8.8.8", true],
    ["8.8.8.8", "8.8.8.9", false],
    ["2a00:1:2:3::1", "2a00:1:2:3:ffff:ffff:ffff:ffff", true],
    ["2a00:1:2:3::1", "2a00:1:2:4::1", false],
    ["2a00::1", "2a00:0:0:0:1::", true],
    ["2a00:0:0:1::", "2a00:0:0:10::", false],
    ["::1", "::2", true],
  ] as const) {
    test(`${a} and ${b} are ${isOne ? "one" : "two"}`, () => {
      assert.equal(bucketOf(a) === bucketOf(b), isOne);
    });
  }

  test("no IPv6 network is called as an IPv4 address is", () => {
    assert.equal(bucketOf("2a00:1:2:3::1"), "2a00:1:2:3::/64");
    assert.equal(bucketOf("8.8.8.8"), "8.8.8.8");
  });
});

describe("trusted proxies", () => {
  for (const text of ["10.0.0.0/33", "proxy", "10.0.0", "::/129", "10.0.0.1/"])
    test(`${text} is refused by name`, () => {
      assert.throws(() => proxiesOf(["10.0.0.1", text]), {
        name: "RangeError",
        message: new RegExp(`^"${text}" is not a network`),
      });
    });
});
