// What a Redis that fails costs: requests are told at once that nobody counts them, and are counted again soon after it recovers.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import type { RateStore, RateWindow } from "./rate.ts";
import { ANSWER_WITHIN_MS, redisRateStore } from "./rate-redis.ts";
import {
  freePort,
  redisServer,
  redisStub,
  withoutRedis,
  withoutStub,
} from "./redis.fixture.ts";
import type { RedisServer, RedisStub } from "./redis.fixture.ts";

const WINDOW: RateWindow = { name: "minute", limit: 2, seconds: 60 };
/** Longer than the service waits: a test machine may be busier than any service's. */
const PATIENCE_MS = 1000;
/** That a request ends is claimed here; how soon it does is measured elsewhere. */
const GENEROUS_MS = 4000;
/** What the contract gives limits to come back. */
const BACK_WITHIN_MS = 5000;

test("a request waits for its count less than may be added to it", () => {
  assert.ok(ANSWER_WITHIN_MS <= 250);
});

/** A store, and what it told of itself, in order. */
function opened(
  url: string,
  patienceMs = PATIENCE_MS,
): { store: RateStore; told: boolean[] } {
  const told: boolean[] = [];
  const onChange = (isWorking: boolean): void => void told.push(isWorking);
  const store = redisRateStore(url, onChange, patienceMs);
  return { store, told };
}

async function until(isTrue: () => boolean, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!isTrue()) {
    assert.ok(performance.now() < deadline, `not within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const isRefused = async (store: RateStore, key: string): Promise<boolean> =>
  !(await store.take(key, [WINDOW])).passed;

/** Uses up what `key` may. */
async function fill(store: RateStore, key: string): Promise<void> {
  await store.take(key, [WINDOW]);
  await store.take(key, [WINDOW]);
  assert.ok(await isRefused(store, key), "limited before the fault");
}

/** Every request is told within the bound that it is not counted. */
async function assertAway(store: RateStore): Promise<void> {
  const start = performance.now();
  const takes = Array.from({ length: 5 }, () => store.take("away", [WINDOW]));
  for (const take of takes) await assert.rejects(take);
  assert.equal(store.isWorking, false);
  await assert.rejects(store.take("away", [WINDOW]));
  assert.ok(performance.now() - start < GENEROUS_MS);
}

describe("a Redis that", { skip: withoutStub }, () => {
  let stub: RedisStub;
  before(async () => {
    stub = await redisStub();
  });
  after(() => stub.stop());

  for (const mode of [
    "hang",
    "slow:3000",
    "error",
    "loading",
    "garbage",
    "close",
    "readonly",
    "oom",
  ]) {
    test(`answers ${mode} is away, and back when it recovers`, async () => {
      const { store, told } = opened(stub.url);
      try {
        await until(() => store.isWorking, BACK_WITHIN_MS);
        await fill(store, mode);
        await stub.behave(mode);
        await assertAway(store);
        await stub.behave("ok");
        await until(() => store.isWorking, BACK_WITHIN_MS);
        assert.ok(await isRefused(store, mode), "limited again");
        assert.deepEqual(told, [true, false, true]);
      } finally {
        store.close();
        await stub.behave("ok");
      }
    });
  }
});

describe("a real Redis", { skip: withoutRedis }, () => {
  let server: RedisServer;
  before(async () => {
    server = await redisServer();
  });
  after(() => server.stop());

  test("that freezes is away, and back when it thaws", async () => {
    const { store } = opened(server.url);
    await until(() => store.isWorking, BACK_WITHIN_MS);
    await fill(store, "frozen");
    server.freeze();
    await assertAway(store);
    server.thaw();
    await until(() => store.isWorking, BACK_WITHIN_MS);
    assert.ok(await isRefused(store, "frozen"));
    store.close();
  });

  test("that is late costs the requests that waited, not the connection", async () => {
    const { store, told } = opened(server.url, 100);
    await until(() => store.isWorking, BACK_WITHIN_MS);
    server.freeze();
    await assertAway(store);
    server.thaw();
    await until(() => store.isWorking, BACK_WITHIN_MS);
    assert.deepEqual(told, [true]);
    store.close();
  });

  test("that closes a connection in use is used again", async () => {
    const { store, told } = opened(server.url);
    await until(() => store.isWorking, BACK_WITHIN_MS);
    await server.client.call(
      "CLIENT",
      "KILL",
      "TYPE",
      "normal",
      "SKIPME",
      "yes",
    );
    await until(() => told.length === 3, BACK_WITHIN_MS);
    assert.deepEqual(told, [true, false, true]);
    store.close();
  });

  test("counts what two services let pass as one", async () => {
    const stores = [opened(server.url), opened(server.url)].map(
      ({ store }) => store,
    );
    await until(() => stores.every(({ isWorking }) => isWorking), 5000);
    const window = { ...WINDOW, limit: 25 };
    const verdicts = await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        stores[i % 2]!.take("shared", [window]),
      ),
    );
    assert.equal(verdicts.filter(({ passed }) => passed).length, 25);
    for (const store of stores) store.close();
  });

  test("holds every count for its window and no longer, and no more than were let pass", async () => {
    const { store } = opened(server.url);
    await until(() => store.isWorking, BACK_WITHIN_MS);
    await fill(store, "kept");
    const key = "darkroom:rate:kept";
    const ms = await server.client.pttl(key);
    assert.ok(ms > 0 && ms <= 60_000, String(ms));
    assert.equal(await server.client.zcard(key), 2);
    store.close();
  });
});

test("one that is not there is away, and its absence told once", async () => {
  const { store, told } = opened(`redis://127.0.0.1:${await freePort()}`);
  await until(() => told.length > 0, BACK_WITHIN_MS);
  await assertAway(store);
  assert.deepEqual(told, [false]);
  store.close();
});
