// Claims about the bytes of files in memory: counted as they come, given back when they are gone, refused when there is no room.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, test } from "node:test";

import { openAccount } from "./file-ledger.ts";
import type { FileLedger } from "./file-ledger.ts";
import { receiveUpload } from "./upload.ts";

const folder = await mkdtemp(join(tmpdir(), "ledger-test-"));
after(() => rm(folder, { recursive: true }));

function ledgerOf(limit: number): FileLedger & { held: number } {
  return {
    held: 0,
    take(bytes) {
      if (this.held + bytes > limit) return false;
      this.held += bytes;
      return true;
    },
    owe(bytes) {
      this.held += bytes;
    },
    give(bytes) {
      this.held -= bytes;
    },
  };
}

test("what a request took is given back when it closes, once", () => {
  const ledger = ledgerOf(100);
  const account = openAccount(ledger);
  account.take(40);
  account.take(20);
  assert.equal(ledger.held, 60);
  account.close();
  account.close();
  assert.equal(ledger.held, 0);
});

test("without room, a request is refused, and what it had stays counted until it closes", () => {
  const ledger = ledgerOf(100);
  const account = openAccount(ledger);
  account.take(90);
  assert.throws(() => account.take(11), {
    code: "service_overloaded",
    context: { retry_after: 5 },
  });
  assert.equal(ledger.held, 90);
  account.close();
  assert.equal(ledger.held, 0);
});

test("a result is counted, room or not, until it is gone; its request may end before", () => {
  const ledger = ledgerOf(100);
  const account = openAccount(ledger);
  account.take(90);
  const gone = account.keep(30);
  assert.equal(ledger.held, 120);
  account.close();
  assert.equal(ledger.held, 30);
  gone();
  gone();
  assert.equal(ledger.held, 0);
});

test("where files lie on a disk nothing is counted or refused", () => {
  const account = openAccount(undefined);
  account.take(1e15);
  account.keep(1e15)();
  account.close();
});

test("an upload is counted as it arrives, and cut off where the room ends", async () => {
  const ledger = ledgerOf(150_000);
  const account = openAccount(ledger);
  let sent = 0;
  const endless = new Readable({
    read() {
      sent += 50_000;
      this.push(Buffer.alloc(50_000));
    },
  });
  await assert.rejects(
    receiveUpload(endless, join(folder, "upload"), 1e9, account.take),
    { code: "service_overloaded" },
  );
  assert.ok(ledger.held <= 150_000, `${ledger.held} bytes are held`);
  assert.ok(endless.destroyed);
  assert.ok(sent < 1_000_000, `${sent} bytes were read`);
  account.close();
  assert.equal(ledger.held, 0);
});
