// Claims about storing: places are judged before any work, waits are bounded, and every failure has a name.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import type { Kept, NewObject, Sink } from "./sink.ts";
import { Storage } from "./storage.ts";
import type { Destination, StorageSettings } from "./storage.ts";

const KEPT: Kept = { url: "https://store.example/a", publicUrl: null };
const well: Sink = { put: async () => KEPT };
const never: Sink = { put: () => new Promise(() => undefined) };
const failing: Sink = {
  put: async () => {
    throw new Error("bucket 10.0.0.1 says /secret/path");
  },
};

const SETTINGS: StorageSettings = {
  defaultProvider: "r2",
  defaultBucket: "pictures",
  allowedBuckets: ["pictures", "others"],
  timeoutMs: 5000,
  maxUploads: 2,
};
const OBJECT: Omit<NewObject, "bucket" | "isPublic" | "project"> = {
  key: "a",
  path: "/nowhere",
  bytes: 1,
  mediaType: "image/png",
  cacheControl: "max-age=300",
};
const STAYS = new AbortController().signal;

function storage(
  sink: Sink = well,
  settings: Partial<StorageSettings> = {},
): Storage {
  return new Storage(
    { ...SETTINGS, ...settings },
    { r2: sink, gcs: sink, local: sink },
  );
}

describe("a place", () => {
  const rows: readonly (readonly [
    what: string,
    destination: Partial<Destination>,
    place: object,
    settings?: Partial<StorageSettings>,
  ])[] = [
    ["by default", {}, { provider: "r2", bucket: "pictures" }],
    [
      "of a named bucket",
      { bucket: "others" },
      { provider: "r2", bucket: "others" },
    ],
    [
      "of a named provider",
      { provider: "gcs", project: "p" },
      { provider: "gcs", bucket: "pictures", project: "p" },
    ],
    [
      "in the folder needs no bucket",
      { provider: "local" },
      { provider: "local", bucket: "" },
    ],
    [
      "in the folder may have one",
      { provider: "local", bucket: "others" },
      { provider: "local", bucket: "others" },
    ],
    [
      "in any bucket where all are allowed",
      { bucket: "whatever" },
      { provider: "r2", bucket: "whatever" },
      { allowedBuckets: [] },
    ],
    [
      "by default need not be on the list of those to be named",
      {},
      { provider: "r2", bucket: "pictures" },
      { allowedBuckets: ["others"] },
    ],
  ];
  for (const [what, destination, place, settings] of rows) {
    test(what, () => {
      const asked = { isPublic: false, ...destination };
      assert.deepEqual(storage(well, settings).placeOf(asked), {
        isPublic: false,
        ...place,
      });
    });
  }

  const refused: readonly (readonly [
    what: string,
    destination: Partial<Destination>,
    field: string,
    settings?: Partial<StorageSettings>,
  ])[] = [
    ["at a provider that is not set up", { provider: "s3" }, "provider"],
    [
      "at a default that is not set up",
      {},
      "provider",
      { defaultProvider: "s3" },
    ],
    ["in a bucket that is not allowed", { bucket: "mine" }, "bucket"],
    [
      "in a folder's bucket that is not allowed",
      { provider: "local", bucket: "mine" },
      "bucket",
    ],
    ["in no bucket", {}, "bucket", { defaultBucket: "" }],
    ["in a bucket named nothing", { bucket: "" }, "bucket"],
    [
      "in what is no bucket",
      { bucket: "../escape" },
      "bucket",
      { allowedBuckets: [] },
    ],
  ];
  for (const [what, destination, field, settings] of refused) {
    test(`${what} is refused, naming ${field}`, () => {
      const asked = { isPublic: false, ...destination };
      assert.throws(() => storage(well, settings).placeOf(asked), {
        code: "bad_request",
        context: { field },
      });
    });
  }
});

describe("storing", () => {
  const place = { provider: "r2", bucket: "pictures", isPublic: true } as const;

  test("says where it is", async () => {
    assert.deepEqual(await storage().store(place, OBJECT, STAYS), {
      ...KEPT,
      ...place,
      key: "a",
    });
  });

  test("hands the store all it is told", async () => {
    const given: NewObject[] = [];
    const sink: Sink = {
      put: async (object) => {
        given.push(object);
        return KEPT;
      },
    };
    await storage(sink).store({ ...place, project: "p" }, OBJECT, STAYS);
    assert.deepEqual(given, [{ ...OBJECT, ...place, project: "p" }]);
  });

  test("that fails is storage_failed, in words that are the service's own", async () => {
    await assert.rejects(storage(failing).store(place, OBJECT, STAYS), {
      code: "storage_failed",
      message: "The store did not take the result.",
      context: { provider: "r2", bucket: "pictures" },
    });
  });

  test("that takes too long is storage_failed in time, whatever the store does", async () => {
    const start = performance.now();
    const slow = storage(never, { timeoutMs: 100 });
    await assert.rejects(slow.store(place, OBJECT, STAYS), {
      code: "storage_failed",
      message: "The store did not answer in time.",
    });
    assert.ok(performance.now() - start < 1000);
  });

  test("ends when the client leaves", async () => {
    const client = new AbortController();
    const work = storage(never).store(place, OBJECT, client.signal);
    client.abort();
    await assert.rejects(work, { code: "client_closed" });
  });

  test("does not begin for a client who has left", async () => {
    await assert.rejects(
      storage(never).store(place, OBJECT, AbortSignal.abort()),
      {
        code: "client_closed",
      },
    );
  });

  test("of more at once than allowed is refused at once, until one has ended", async () => {
    const client = new AbortController();
    const busy = storage(never);
    const first = busy.store(place, OBJECT, client.signal);
    const second = busy.store(place, OBJECT, STAYS);
    await assert.rejects(busy.store(place, OBJECT, STAYS), {
      code: "service_overloaded",
      context: { retry_after: 5 },
    });
    client.abort();
    await assert.rejects(first, { code: "client_closed" });
    const third = busy.store(place, OBJECT, STAYS);
    await assert.rejects(busy.store(place, OBJECT, STAYS), {
      code: "service_overloaded",
    });
    void second.catch(() => undefined);
    void third.catch(() => undefined);
  });

  test("that failed makes room", async () => {
    const store = storage(failing, { maxUploads: 1 });
    for (let count = 0; count < 3; count++)
      await assert.rejects(store.store(place, OBJECT, STAYS), {
        code: "storage_failed",
      });
  });
});
