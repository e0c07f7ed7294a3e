// Claims about clients that stop: who sends nothing more, or reads nothing more, is given up; who is merely slow is not.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { connect } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

import { endWhenUnread, unlessStalled } from "./stall.ts";

const STALL_MS = 150;

async function withServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  use: (socket: Socket) => Promise<void>,
): Promise<void> {
  const server = createServer(answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  try {
    await use(socket);
  } finally {
    socket.destroy();
    server.closeAllConnections();
    server.close();
  }
}

const HEAD = "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 6\r\n\r\n";

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}

async function textOf(socket: Socket): Promise<string> {
  let text = "";
  for await (const chunk of socket) text += String(chunk);
  return text;
}

test("a client that stops sending is told 408, and what read its body ends", async () => {
  const { promise: failed, resolve } = Promise.withResolvers<unknown>();
  await withServer(
    (request) => {
      unlessStalled(request, () => bodyOf(request), STALL_MS).catch(resolve);
    },
    async (socket) => {
      socket.write(`${HEAD}abc`);
      assert.match(await textOf(socket), /^HTTP\/1\.1 408 .*"bad_request"/s);
      assert.ok((await failed) instanceof Error);
    },
  );
});

test("a client that goes on sending has all the time it needs, and so has the work after it", async () => {
  await withServer(
    (request, response) => {
      const answer = async (): Promise<void> => {
        const text = await unlessStalled(
          request,
          () => bodyOf(request),
          STALL_MS,
        );
        // Longer than a stall: nothing is sent by anyone meanwhile.
        await pause(2 * STALL_MS);
        response.end(text.toUpperCase());
      };
      void answer();
    },
    async (socket) => {
      socket.write(HEAD);
      const letters = "abcdef".split("");
      const timer = setInterval(() => {
        socket.write(letters.shift() ?? "");
        if (letters.length === 0) clearInterval(timer);
      }, STALL_MS / 3);
      const [chunk] = (await once(socket, "data")) as [Buffer];
      assert.match(chunk.toString(), /^HTTP\/1\.1 200 .*ABCDEF/s);
    },
  );
});

test("work that fails, and destroys the request by it, fails as it did", async () => {
  const { promise: failed, resolve } = Promise.withResolvers<unknown>();
  await withServer(
    (request) => {
      const work = async (): Promise<void> => {
        await once(request, "data");
        request.destroy();
        await once(request, "close");
        throw new Error("full");
      };
      unlessStalled(request, work, STALL_MS).catch(resolve);
    },
    async (socket) => {
      socket.on("error", () => undefined);
      socket.write(`${HEAD}abc`);
      assert.equal(((await failed) as Error).message, "full");
    },
  );
});

test("a client that stops reading its reply is disconnected", async () => {
  const { promise: closed, resolve } = Promise.withResolvers<boolean>();
  await withServer(
    (_, response) => {
      endWhenUnread(response, STALL_MS);
      response.on("close", () => resolve(response.writableFinished));
      // More than the kernel's buffers take.
      response.end(Buffer.alloc(64 * 1024 ** 2));
    },
    async (socket) => {
      socket.pause();
      socket.write(`${HEAD}abcdef`);
      assert.equal(await closed, false);
    },
  );
});
