// Claims about how a server ends: what is idle goes at once, what is under way arrives whole, and nothing outlasts the grace.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import { connect } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { test } from "node:test";
import type { TestContext } from "node:test";

import { closerOf } from "./closing.ts";

const GRACE_MS = 300;
/** More than a socket's buffers hold: it leaves as the client reads. */
const BODY = Buffer.alloc(16 * 1024 ** 2, "x");
const REQUEST = "GET / HTTP/1.1\r\nHost: here\r\n\r\n";

interface Started {
  readonly close: (graceMs: number) => Promise<void>;
  readonly dial: () => Promise<Socket>;
}

async function started(
  t: TestContext,
  listener: RequestListener,
): Promise<Started> {
  const server = createServer(listener);
  const close = closerOf(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.closeAllConnections());
  const { port } = server.address() as AddressInfo;
  const dial = async (): Promise<Socket> => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined);
    await once(socket, "connect");
    return socket;
  };
  return { close, dial };
}

async function timed(work: Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work;
  return performance.now() - start;
}

test("connections on which nothing was sent, or nothing any more, are closed at once", async (t) => {
  const { close, dial } = await started(t, (_, reply) => reply.end("done"));
  await dial();
  const used = await dial();
  used.write(REQUEST);
  await once(used, "data");
  const ms = await timed(close(10_000));
  assert.ok(ms < 2000, `${ms} ms`);
});

test("a reply that is written but has not left arrives whole", async (t) => {
  const { close, dial } = await started(t, (_, reply) => {
    reply.setHeader("content-length", BODY.length);
    reply.end(BODY);
  });
  const client = await dial();
  client.pause();
  client.write(REQUEST);
  // The reply has begun, and stands in the buffers.
  await once(client, "readable");
  const closed = close(10_000);
  let bytes = 0;
  client.on("data", (chunk: Buffer) => (bytes += chunk.length));
  client.resume();
  await Promise.all([closed, once(client, "close")]);
  assert.ok(bytes >= BODY.length, `${bytes} of ${BODY.length}`);
});

test("a request that has begun is waited for, and given up after the grace", async (t) => {
  const { close, dial } = await started(t, (_, reply) => reply.end("done"));
  const client = await dial();
  client.write("POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 9\r\n");
  await new Promise((resolve) => setTimeout(resolve, 50));
  const ms = await timed(close(GRACE_MS));
  assert.ok(ms >= GRACE_MS, `${ms} ms`);
});
