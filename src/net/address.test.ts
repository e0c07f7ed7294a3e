// Claims about addresses: every range that is not the public internet is refused whatever way it is written, and nothing beside it.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { isPublic, mayDial, networksOf } from "./address.ts";

const NONE = networksOf([]);

/** First and last of each range, and its neighbors where these are public. */
const ranges: readonly (readonly [
  what: string,
  inside: readonly string[],
  beside: readonly string[],
])[] = [
  ["this network", ["0.0.0.0", "0.255.255.255"], ["1.0.0.0"]],
  ["10/8", ["10.0.0.0", "10.255.255.255"], ["9.255.255.255", "11.0.0.0"]],
  [
    "carriers' NAT",
    ["100.64.0.0", "100.127.255.255"],
    ["100.63.255.255", "100.128.0.0"],
  ],
  ["Alibaba's metadata", ["100.100.100.200"], []],
  [
    "loopback",
    ["127.0.0.0", "127.0.0.1", "127.255.255.255"],
    ["126.255.255.255", "128.0.0.0"],
  ],
  [
    "link-local",
    ["169.254.0.0", "169.254.255.255"],
    ["169.253.255.255", "169.255.0.0"],
  ],
  ["cloud metadata", ["169.254.169.254", "169.254.170.2"], []],
  ["Azure's metadata", ["168.63.129.16"], ["168.63.129.15", "168.63.129.17"]],
  [
    "172.16/12",
    ["172.16.0.0", "172.31.255.255"],
    ["172.15.255.255", "172.32.0.0"],
  ],
  [
    "192.168/16",
    ["192.168.0.0", "192.168.255.255"],
    ["192.167.255.255", "192.169.0.0"],
  ],
  [
    "IETF protocols",
    ["192.0.0.0", "192.0.0.192", "192.0.0.255"],
    ["191.255.255.255", "192.0.1.0"],
  ],
  ["documentation 1", ["192.0.2.0", "192.0.2.255"], ["192.0.3.0"]],
  [
    "documentation 2",
    ["198.51.100.0", "198.51.100.255"],
    ["198.51.99.255", "198.51.101.0"],
  ],
  [
    "documentation 3",
    ["203.0.113.0", "203.0.113.255"],
    ["203.0.112.255", "203.0.114.0"],
  ],
  [
    "AS112",
    ["192.31.196.0", "192.175.48.255"],
    ["192.31.195.255", "192.175.49.0"],
  ],
  ["AMT", ["192.52.193.0", "192.52.193.255"], ["192.52.194.0"]],
  [
    "6to4 relays",
    ["192.88.99.0", "192.88.99.255"],
    ["192.88.98.255", "192.88.100.0"],
  ],
  [
    "benchmarks",
    ["198.18.0.0", "198.19.255.255"],
    ["198.17.255.255", "198.20.0.0"],
  ],
  [
    "multicast, reserved, broadcast",
    ["224.0.0.0", "239.255.255.255", "240.0.0.0", "255.255.255.255"],
    ["223.255.255.255"],
  ],
  ["IPv6 loopback and unspecified", ["::", "::1", "0:0:0:0:0:0:0:1"], []],
  [
    "IPv4 mapped, public or not",
    ["::ffff:127.0.0.1", "::ffff:7f00:1", "::FFFF:10.1.2.3", "::ffff:8.8.4.4"],
    [],
  ],
  ["IPv4 compatible", ["::127.0.0.2", "::a00:1"], []],
  ["IPv4 translated (SIIT)", ["::ffff:0:127.0.0.1"], []],
  ["NAT64", ["64:ff9b::127.0.0.1", "64:ff9b::1.1.1.1", "64:ff9b:1::a00:1"], []],
  ["discard", ["100::", "100::ffff"], []],
  ["below what is given out", ["1fff:ffff::1"], ["2000::1"]],
  ["above what is given out", ["4000::"], ["3ffe::1"]],
  ["Teredo", ["2001::", "2001:0:4136:e378::1"], ["2001:200::1"]],
  ["ORCHID and benchmarks", ["2001:2::1", "2001:10::1", "2001:2f::1"], []],
  [
    "IPv6 documentation",
    ["2001:db8::", "2001:db8:ffff::1", "3fff::", "3fff:fff::1"],
    ["2001:db7::1", "2001:db9::1", "3fff:1000::1"],
  ],
  [
    "6to4",
    ["2002::", "2002:7f00:1::1", "2002:ffff::"],
    ["2001:ffff::1", "2003::1"],
  ],
  ["IPv6 AS112", ["2620:4f:8000::1"], ["2620:4f:8001::1", "2620:4f:7fff::1"]],
  ["unique local", ["fc00::", "fd00:ec2::254", "fdff::1"], []],
  ["IPv6 link-local", ["fe80::1", "febf::1", "fe80::1%lo", "fe80::1%1"], []],
  ["site-local", ["fec0::1"], []],
  ["IPv6 multicast", ["ff02::1", "ff0e::1"], []],
  [
    "ISATAP",
    [
      "2a00:1:2:3:0:5efe:10.0.0.1",
      "2a00:1:2:3:200:5efe:a00:1",
      "2a00::5efe:1.1.1.1",
    ],
    ["2a00:1:2:3:400:5efe:a00:1", "2a00:1:2:3:0:5eff:a00:1"],
  ],
  [
    "no addresses",
    ["", "localhost", "127.1", "2130706433", "010.0.0.1", "1.2.3.4.5", "[::1]"],
    [],
  ],
];

for (const [what, inside, beside] of ranges) {
  test(`${what}: refused, and nothing beside it`, () => {
    for (const address of inside) {
      assert.equal(isPublic(address), false, address);
      assert.equal(mayDial(address, NONE), false, address);
    }
    for (const address of beside) {
      assert.equal(isPublic(address), true, address);
      assert.equal(mayDial(address, NONE), true, address);
    }
  });
}

test("servers of the public internet may be dialled", () => {
  for (const address of [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.216.34",
    "2606:4700:4700::1111",
    "2001:4860:4860::8888",
    "2a00:1450:4001:800::200e",
  ]) {
    assert.ok(mayDial(address, NONE), address);
  }
});

describe("networks that an operator allows", () => {
  const allowed = networksOf(["10.1.0.0/16", "127.0.0.2/32", "fd00:1::/32"]);
  for (const [address, may] of [
    ["10.1.0.0", true],
    ["10.1.255.255", true],
    ["10.0.255.255", false],
    ["10.2.0.0", false],
    ["127.0.0.2", true],
    ["127.0.0.1", false],
    ["fd00:1::7", true],
    ["fd00:2::7", false],
    ["fd00:1::7%eth0", false],
    ["::1", false],
    ["8.8.8.8", true],
    ["no address", false],
  ] as const) {
    test(`${address} ${may ? "may" : "may not"} be dialled`, () => {
      assert.equal(mayDial(address, allowed), may);
    });
  }

  test("all of a family is a network too", () => {
    assert.ok(mayDial("127.0.0.1", networksOf(["0.0.0.0/0"])));
    assert.ok(mayDial("::1", networksOf(["::/0"])));
  });

  for (const text of [
    "",
    "10.0.0.0",
    "10.0.0.0/",
    "10.0.0.0/33",
    "10.0.0.0/-1",
    "10.0.0.0/8x",
    "10.0.0/8",
    "::/129",
    "example.com/8",
    "10.0.0.0/8/8",
  ]) {
    test(`"${text}" is no network, and named`, () => {
      assert.throws(() => networksOf(["10.0.0.0/8", text]), {
        name: "RangeError",
        message: `"${text}" is not a network such as 10.1.0.0/16`,
      });
    });
  }
});
