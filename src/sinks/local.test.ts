// Claims about the folder store, in real folders: whole or not there, inside or nowhere, within its size, and open to signatures alone.

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import {
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";

import { LocalStore, StoreFull } from "./local.ts";
import type { OpenObject } from "./local.ts";
import { SIGNED_SECONDS } from "./sink.ts";
import type { NewObject } from "./sink.ts";

const root = await mkdtemp(join(tmpdir(), "local-test-"));
after(() => rm(root, { recursive: true }));

let made = 0;
const STAYS = { maxBytes: 1000, base: () => "http://localhost:1234/" };

interface Opened {
  readonly folder: string;
  readonly store: LocalStore;
  /** Opens the same folder as a new process would. */
  readonly again: () => LocalStore;
}

function opened(maxBytes = 1000): Opened {
  const folder = join(root, `${made++}`, "deep");
  const open = (): LocalStore => new LocalStore({ ...STAYS, folder, maxBytes });
  return { folder, store: open(), again: open };
}

async function object(
  key: string,
  data: string,
  more: Partial<NewObject> = {},
): Promise<NewObject> {
  const path = join(root, `source-${made++}`);
  await writeFile(path, data);
  return {
    bucket: "",
    key,
    isPublic: true,
    path,
    bytes: data.length,
    mediaType: "image/png",
    cacheControl: "max-age=300",
    ...more,
  };
}

async function textOf(found: OpenObject | undefined): Promise<string> {
  assert.ok(found, "there is such an object");
  try {
    const text = await found.file.readFile("utf8");
    assert.equal(text.length, found.bytes);
    return text;
  } finally {
    await found.file.close();
  }
}

/** What the query of a signed address says. */
function signatureOf(url: string): { expires: string; sig: string } {
  const query = new URL(url).searchParams;
  return { expires: query.get("expires")!, sig: query.get("sig")! };
}

const dataFiles = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter((name) => /^[0-9a-f]{64}-/.test(name));

describe("an object", () => {
  test("is read back as it was stored, with what was said of it", async () => {
    const { store } = opened();
    const kept = await store.put(await object("a/b c.png", "data"));
    const url = "http://localhost:1234/files/a/b%20c.png";
    assert.deepEqual(kept, { url, publicUrl: url });
    const found = await store.read("a/b c.png", undefined);
    assert.equal(found?.mediaType, "image/png");
    assert.equal(found.cacheControl, "max-age=300");
    assert.match(found.etag, /^"[0-9a-f]{16}"$/);
    assert.equal(await textOf(found), "data");
  });

  test("stands below its bucket where it has one", async () => {
    const { store } = opened();
    const { url } = await store.put(
      await object("a.png", "data", { bucket: "pictures" }),
    );
    assert.equal(url, "http://localhost:1234/files/pictures/a.png");
    assert.equal(
      await textOf(await store.read("pictures/a.png", undefined)),
      "data",
    );
    assert.equal(await store.read("a.png", undefined), undefined);
  });

  test("that is stored again replaces the first, under another ETag, and takes no more room", async () => {
    const { store, folder } = opened(10);
    await store.put(await object("a", "12345678"));
    const before = await store.read("a", undefined);
    await store.put(await object("a", "123456789"));
    const found = await store.read("a", undefined);
    assert.notEqual(found?.etag, before?.etag);
    assert.equal(await textOf(found), "123456789");
    assert.equal(await textOf(before), "12345678", "who reads it reads on");
    assert.equal((await dataFiles(folder)).length, 1);
  });

  test("stored many times at once is one of them, whole, and leaves one file", async () => {
    const { store, folder } = opened(100_000);
    await store.put(await object("a", "x".repeat(100)));
    const objects = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        object("a", `${n % 10}`.repeat(500 + n)),
      ),
    );
    const writing = new AbortController();
    const reader = (async () => {
      while (!writing.signal.aborted) {
        const text = await textOf(await store.read("a", undefined));
        assert.match(text, /^(.)\1*$/);
      }
    })();
    await Promise.all(objects.map((each) => store.put(each)));
    writing.abort();
    await reader;
    assert.equal((await dataFiles(folder)).length, 1);
  });

  test("whose source is gone is not there, nor anything of it", async () => {
    const { store, folder } = opened();
    const gone = { ...(await object("a", "data")), path: join(root, "gone") };
    await assert.rejects(store.put(gone), { code: "ENOENT" });
    assert.equal(await store.read("a", undefined), undefined);
    assert.deepEqual(await readdir(folder), ["secret"]);
    await store.put(await object("a", "x".repeat(1000)));
  });

  test("that could not be replaced is what it was", async () => {
    const { store } = opened();
    await store.put(await object("a", "first"));
    const gone = { ...(await object("a", "second")), path: join(root, "gone") };
    await assert.rejects(store.put(gone), { code: "ENOENT" });
    assert.equal(await textOf(await store.read("a", undefined)), "first");
  });
});

describe("no key leads out of the folder", () => {
  for (const key of [
    "../../escape",
    "/etc/escape",
    "..",
    ".",
    "secret",
    "a".repeat(1024),
    "a/b",
    "a",
    "a/b/c",
    "con:\\*?",
    "\u0000",
  ]) {
    test(`not ${JSON.stringify(key.slice(0, 20))}`, async () => {
      const { store, folder } = opened();
      await store.put(await object(key, "data"));
      assert.equal(await textOf(await store.read(key, undefined)), "data");
      const names = await readdir(folder);
      assert.equal(names.length, 3);
      for (const name of names)
        assert.match(name, /^(secret|[0-9a-f]{64}(\.json|-[0-9a-f]{16}))$/);
      assert.deepEqual(await readdir(join(folder, "..")), ["deep"]);
    });
  }

  test("what the store itself keeps is no object", async () => {
    const { store, folder } = opened();
    await store.put(await object("a", "data"));
    for (const name of await readdir(folder))
      assert.equal(await store.read(name, undefined), undefined);
  });
});

describe("the store's size", () => {
  test("is kept to the byte", async () => {
    const { store } = opened(10);
    await store.put(await object("a", "12345"));
    await assert.rejects(store.put(await object("b", "123456")), StoreFull);
    await store.put(await object("b", "12345"));
    await assert.rejects(store.put(await object("c", "1")), StoreFull);
    await store.put(await object("a", "1"));
    await store.put(await object("c", "1234"));
  });

  test("is not exceeded by two at once", async () => {
    const { store, folder } = opened(10);
    const objects = await Promise.all([
      object("a", "123456"),
      object("b", "123456"),
    ]);
    const results = await Promise.allSettled(
      objects.map((each) => store.put(each)),
    );
    const states = results.map(({ status }) => status);
    assert.deepEqual(states.toSorted(), ["fulfilled", "rejected"]);
    assert.equal((await dataFiles(folder)).length, 1);
  });

  test("is known to the next process", async () => {
    const { store, again } = opened(10);
    await store.put(await object("a", "12345678"));
    await assert.rejects(again().put(await object("b", "123")), StoreFull);
    await again().put(await object("b", "12"));
  });
});

describe("a private object", () => {
  const DAY_MS = 24 * 3600 * 1000;

  test("is read by its signed address for seven days", async (context) => {
    const { store } = opened();
    const kept = await store.put(
      await object("a/ü.png", "data", { isPublic: false }),
    );
    assert.equal(kept.publicUrl, null);
    assert.equal(new URL(kept.url).pathname, "/files/a/%C3%BC.png");
    const signature = signatureOf(kept.url);
    const lasts = Number(signature.expires) - Date.now() / 1000;
    assert.ok(Math.abs(lasts - SIGNED_SECONDS) < 5);
    assert.equal(await textOf(await store.read("a/ü.png", signature)), "data");

    const now = Date.now();
    context.mock.timers.enable({ apis: ["Date"], now: now + 6.99 * DAY_MS });
    assert.equal(await textOf(await store.read("a/ü.png", signature)), "data");
    context.mock.timers.setTime(now + 7.01 * DAY_MS);
    assert.equal(await store.read("a/ü.png", signature), undefined);
  });

  test("is not read by any other", async () => {
    const { store, again } = opened();
    const secret = await object("a", "data", { isPublic: false });
    const { expires, sig } = signatureOf((await store.put(secret)).url);
    const other = signatureOf(
      (await store.put({ ...secret, key: "b" })).url,
    ).sig;
    const stranger = opened().store;
    const foreign = signatureOf((await stranger.put(secret)).url);
    for (const forged of [
      undefined,
      { expires, sig: "" },
      { expires, sig: other },
      { expires, sig: sig.slice(0, -1) },
      { expires, sig: `${sig}=` },
      { expires: String(Number(expires) + 1), sig },
      { expires: `${expires} `, sig },
      { expires: `0${expires}`, sig: other },
      { expires: "", sig },
      { expires: "-1", sig },
      { expires: "1e12", sig },
      { expires: "NaN", sig },
      { expires: "9".repeat(400), sig },
      foreign,
    ])
      assert.equal(await again().read("a", forged), undefined);
    assert.equal(
      await textOf(await again().read("a", { expires, sig })),
      "data",
    );
  });

  test("becomes public when it is stored so, and back", async () => {
    const { store } = opened();
    await store.put(await object("a", "1", { isPublic: false }));
    assert.equal(await store.read("a", undefined), undefined);
    await store.put(await object("a", "2"));
    assert.equal(await textOf(await store.read("a", undefined)), "2");
    await store.put(await object("a", "3", { isPublic: false }));
    assert.equal(await store.read("a", undefined), undefined);
  });
});

describe("the next process", () => {
  test("finds objects, and the secret that signed their addresses", async () => {
    const { store, folder, again } = opened();
    const { url } = await store.put(
      await object("a", "data", { isPublic: false }),
    );
    const secret = await readFile(join(folder, "secret"));
    assert.equal(secret.length, 32);
    assert.equal((await stat(join(folder, "secret"))).mode & 0o077, 0);
    assert.equal((await stat(folder)).mode & 0o077, 0);
    assert.equal(
      await textOf(await again().read("a", signatureOf(url))),
      "data",
    );
    assert.deepEqual(await readFile(join(folder, "secret")), secret);
  });

  test("agrees with one that starts at the same moment", async () => {
    const { store, again } = opened();
    const other = again();
    const [first, second] = await Promise.all([
      store.put(await object("a", "1", { isPublic: false })),
      other.put(await object("b", "2", { isPublic: false })),
    ]);
    assert.equal(
      await textOf(await other.read("a", signatureOf(first.url))),
      "1",
    );
    assert.equal(
      await textOf(await store.read("b", signatureOf(second.url))),
      "2",
    );
  });

  test("removes what was left half written, and nothing else", async () => {
    const { store, folder, again } = opened(10);
    await store.put(await object("a", "data"));
    const half = `${"0".repeat(64)}-${randomBytes(8).toString("hex")}`;
    for (const name of [half, `${half}.draft`, "theirs.txt"])
      await writeFile(join(folder, name), "x".repeat(100));
    await again().put(await object("b", "123456"));
    const names = await readdir(folder);
    assert.equal(names.length, 6);
    assert.ok(names.includes("theirs.txt"));
    assert.ok(!names.some((name) => name.startsWith(half)));
  });

  test("passes over an entry that holds nonsense, or whose data is gone", async () => {
    const { store, folder, again } = opened();
    await store.put(await object("a", "data"));
    const [data] = await dataFiles(folder);
    await rm(join(folder, data!));
    await writeFile(join(folder, `${"1".repeat(64)}.json`), "");
    assert.equal(await again().read("a", undefined), undefined);
    await again().put(await object("a", "new"));
    assert.equal(await textOf(await again().read("a", undefined)), "new");
  });
});

test("a folder that cannot be made is tried again", async () => {
  const folder = join(root, "a-file-for-now");
  await writeFile(folder, "");
  const store = new LocalStore({ ...STAYS, folder });
  await assert.rejects(store.put(await object("a", "data")));
  await rm(folder);
  await store.put(await object("a", "data"));
});
