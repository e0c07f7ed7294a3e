// What every store of counts does: one suite over memory, Redis with scripts, and Redis without.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { Redis } from "ioredis";

import type { RateStore, RateVerdict, RateWindow } from "./rate.ts";
import { memoryRateStore } from "./rate-memory.ts";
import { redisRateStore } from "./rate-redis.ts";
import { redisServer, withoutRedis } from "./redis.fixture.ts";
import type { RedisServer } from "./redis.fixture.ts";

/** A store, and a way to let time pass for it without waiting. */
interface Subject {
  readonly store: RateStore;
  readonly pass: (ms: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

interface Row {
  readonly name: string;
  readonly skip: string | false;
  readonly open: () => Promise<Subject>;
  /** Whether the moment a full window frees is told to the millisecond, or its end alone. */
  readonly tellsWhen: boolean;
}

const SUBJECTS: readonly Row[] = [
  { name: "memory", skip: false, open: openMemory, tellsWhen: true },
  {
    name: "Redis",
    skip: withoutRedis,
    open: () => openRedis("default"),
    tellsWhen: true,
  },
  {
    name: "Redis that forbids scripts",
    skip: withoutRedis,
    open: () => openRedis("scriptless"),
    tellsWhen: false,
  },
];

/** A test machine may be busier than any service's. */
const PATIENCE_MS = 10_000;
const MINUTE: RateWindow = { name: "minute", limit: 6, seconds: 60 };
const BURST: RateWindow = { name: "burst", limit: 2, seconds: 10 };

for (const { name, skip, open, tellsWhen } of SUBJECTS) {
  describe(name, { skip }, () => {
    let subject: Subject;
    before(async () => {
      subject = await open();
    });
    after(() => subject.close());

    const take = (
      key: string,
      ...windows: RateWindow[]
    ): Promise<RateVerdict> => subject.store.take(key, windows);
    /** How many of `requests`, one after another, pass. */
    const passing = async (
      key: string,
      requests: number,
      ...windows: RateWindow[]
    ): Promise<number> => {
      let passed = 0;
      for (let i = 0; i < requests; i++)
        if ((await take(key, ...windows)).passed) passed++;
      return passed;
    };

    test("lets as many pass as the limit is, and says what remains", async () => {
      for (const remaining of [5, 4, 3, 2, 1, 0]) {
        const { passed, states } = await take("as many", MINUTE);
        assert.equal(passed, true);
        assert.equal(states[0]?.remaining, remaining);
      }
      const { passed, states } = await take("as many", MINUTE);
      assert.equal(passed, false);
      assert.equal(states[0]?.remaining, 0);
    });

    test("counts requests that come at once one by one", async () => {
      const verdicts = await Promise.all(
        Array.from({ length: 40 }, () => take("at once", MINUTE)),
      );
      assert.equal(verdicts.filter(({ passed }) => passed).length, 6);
    });

    test("the window slides: what leaves it makes room, and no more", async () => {
      assert.equal(await passing("slides", 3, MINUTE), 3);
      await subject.pass(30_000);
      assert.equal(await passing("slides", 9, MINUTE), 3);
      await subject.pass(29_000);
      assert.equal(await passing("slides", 9, MINUTE), 0, "after 59 s");
      await subject.pass(1000);
      assert.equal(await passing("slides", 9, MINUTE), 3, "after 60 s");
      await subject.pass(60_000);
      assert.equal(await passing("slides", 9, MINUTE), 6, "after all");
    });

    test("refused requests are not counted", async () => {
      assert.equal(await passing("refused", 6, MINUTE), 6);
      await subject.pass(59_000);
      assert.equal(await passing("refused", 50, MINUTE), 0);
      await subject.pass(1000);
      assert.equal(await passing("refused", 1, MINUTE), 1);
    });

    test("one full window refuses, and the others do not count then", async () => {
      assert.equal(await passing("burst", 9, BURST, MINUTE), 2);
      const { states } = await take("burst", BURST, MINUTE);
      assert.deepEqual(
        states.map(({ remaining }) => remaining),
        [0, 4],
      );
      await subject.pass(10_000);
      assert.equal(await passing("burst", 9, BURST, MINUTE), 2);
      await subject.pass(10_000);
      assert.equal(await passing("burst", 9, BURST, MINUTE), 2);
      await subject.pass(10_000);
      assert.equal(await passing("burst", 9, BURST, MINUTE), 0, "the minute");
      await subject.pass(30_000);
      assert.equal(await passing("burst", 9, BURST, MINUTE), 2);
    });

    test("tells no later than it is when a full window frees", async () => {
      const first = await take("frees", MINUTE);
      assert.equal(first.states[0]?.freesInMs, 60_000);
      await passing("frees", 5, MINUTE);
      await subject.pass(20_000);
      const { states } = await take("frees", MINUTE);
      const wait = states[0]!.freesInMs;
      assert.ok(wait <= 60_000, String(wait));
      if (tellsWhen) assert.ok(wait <= 40_000 && wait > 30_000, String(wait));
    });

    test("a limit that was lowered holds for what was counted before", async () => {
      assert.equal(await passing("lowered", 3, MINUTE), 3);
      await subject.pass(30_000);
      assert.equal(await passing("lowered", 3, MINUTE), 3);
      const { passed, states } = await take("lowered", { ...MINUTE, limit: 2 });
      assert.equal(passed, false);
      // Not before two of the newer three have left.
      const wait = states[0]!.freesInMs;
      if (tellsWhen) assert.ok(wait <= 60_000 && wait > 50_000, String(wait));
    });

    test("callers are counted apart", async () => {
      assert.equal(await passing("one", 9, MINUTE), 6);
      assert.equal(await passing("another", 9, MINUTE), 6);
    });
  });
}

function openMemory(): Promise<Subject> {
  let now = 0;
  const store = memoryRateStore(() => now);
  return Promise.resolve({
    store,
    pass: (ms) => {
      now += ms;
      return Promise.resolve();
    },
    close: () => Promise.resolve(store.close()),
  });
}

async function openRedis(user: "default" | "scriptless"): Promise<Subject> {
  const server = await redisServer();
  if (user === "scriptless")
    await server.client.acl(
      "SETUSER",
      user,
      "on",
      ">secret",
      "~*",
      "+@all",
      "-@scripting",
    );
  const url = new URL(server.url);
  if (user === "scriptless") {
    [url.username, url.password] = [user, "secret"];
    const client = new Redis(url.href);
    await assert.rejects(client.eval("return 1", 0), /NOPERM/);
    client.disconnect();
  }
  const store = await new Promise<RateStore>((resolve) => {
    const onChange = (isWorking: boolean): void => {
      if (isWorking) resolve(opened);
    };
    const opened = redisRateStore(url.href, onChange, PATIENCE_MS);
  });
  return {
    store,
    pass: (ms) => makeOlder(server, ms),
    close: async () => {
      store.close();
      await server.stop();
    },
  };
}

/** Makes all that is counted older; the script counts in microseconds, the transaction in milliseconds. */
async function makeOlder({ client }: RedisServer, ms: number): Promise<void> {
  for (const key of await client.keys("darkroom:rate:*")) {
    const entries = await client.zrange(key, "0", "-1", "WITHSCORES");
    for (let i = 0; i < entries.length; i += 2) {
      const score = Number(entries[i + 1]);
      const unit = score > 1e15 ? 1000 : 1;
      await client.zadd(key, score - ms * unit, entries[i]!);
    }
  }
}
