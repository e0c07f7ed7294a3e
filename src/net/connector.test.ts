// Claims about dialling: addresses are judged when they are dialled, all answers of a name must be good, and only those are dialled.

import assert from "node:assert/strict";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { after, test } from "node:test";

import { networksOf } from "./address.ts";
import { AddressRefused, dnsResolve, judgedConnector } from "./connector.ts";
import { dnsServer } from "./dns.fixture.ts";

const dns = await dnsServer({
  "good.test": ["127.0.0.2"],
  "six.test": ["2001:db8::17"],
  "two.test": ["127.0.0.2", "127.0.0.3"],
  "both.test": ["127.0.0.2", "fd00::1"],
  "private.test": ["10.0.0.1"],
  "mapped.test": ["::ffff:7f00:1"],
  "mixed.test": ["127.0.0.2", "127.0.0.1"],
  "mixed-reversed.test": ["127.0.0.1", "127.0.0.2"],
  "mixed-six.test": ["127.0.0.2", "::1"],
  "empty.test": [],
  "servfail.test": "servfail",
  "refused.test": "refused",
  "rebinding.test": { turns: [["127.0.0.2"], ["127.0.0.1"]] },
});
const dialled: string[] = [];
const server = createServer((socket) => {
  dialled.push(socket.localAddress ?? "");
  socket.on("error", () => undefined);
});
await new Promise<void>((resolve) => {
  // All of 127/8: what is not to be dialled could be.
  server.listen(0, "0.0.0.0", resolve);
});
const port = String((server.address() as AddressInfo).port);
after(async () => {
  await dns.close();
  server.close();
});

const resolve = dnsResolve([dns.address]);
const connect = judgedConnector(
  resolve,
  networksOf(["127.0.0.2/31", "fd00::/8"]),
);

function dial(hostname: string): Promise<Socket> {
  return new Promise((done, reject) => {
    const options = { hostname, port, protocol: "http:" };
    connect(options, (error, socket) => {
      if (error) reject(error);
      else done(socket);
    });
  });
}

for (const [name, addresses] of [
  ["good.test", ["127.0.0.2"]],
  ["six.test", ["2001:db8::17"]],
  ["two.test", ["127.0.0.2", "127.0.0.3"]],
  ["both.test", ["127.0.0.2", "fd00::1"]],
] as const) {
  test(`${name} has ${addresses.join(" and ")}`, async () => {
    assert.deepEqual(await resolve(name), addresses);
  });
}

for (const [name, code] of [
  ["no-such.test", "ENOTFOUND"],
  ["empty.test", "ENODATA"],
  ["servfail.test", "ESERVFAIL"],
  ["refused.test", "EREFUSED"],
  // Said by /etc/hosts of nearly every machine.
  ["localhost", "ENOTFOUND"],
] as const) {
  test(`${name} is ${code}`, async () => {
    await assert.rejects(resolve(name), { code });
  });
}

for (const host of ["good.test", "two.test", "127.0.0.2", "127.0.0.3"]) {
  test(`${host} is dialled`, async () => {
    const socket = await dial(host);
    assert.match(socket.remoteAddress ?? "", /^127\.0\.0\.[23]$/);
    socket.destroy();
  });
}

for (const host of [
  "127.0.0.1",
  "[::1]",
  "[::ffff:127.0.0.1]",
  "0.0.0.0",
  "10.0.0.1",
  "private.test",
  "mapped.test",
  "mixed.test",
  "mixed-reversed.test",
  "mixed-six.test",
]) {
  test(`${host} is not dialled, and the refusal names no address`, async () => {
    const before = dialled.length;
    await assert.rejects(dial(host), (error) => {
      assert.ok(error instanceof AddressRefused);
      assert.equal(error.message, "The address is not public.");
      return true;
    });
    assert.equal(dialled.length, before);
  });
}

test("a name is looked up once for each connection: what it says later does not count for the first, and is judged for the second", async () => {
  const first = await dial("rebinding.test");
  assert.equal(first.remoteAddress, "127.0.0.2");
  assert.equal(dns.lookups("rebinding.test"), 1);
  first.destroy();
  await assert.rejects(dial("rebinding.test"), AddressRefused);
  assert.ok(!dialled.includes("127.0.0.1"));
});

test("a name that cannot be resolved fails as its look-up does", async () => {
  await assert.rejects(dial("no-such.test"), { code: "ENOTFOUND" });
});
