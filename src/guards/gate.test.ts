// Claims about admission: who runs, who waits, who is refused, and what everyone is told.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ServiceError } from "../errors.ts";
import { Gate } from "./gate.ts";
import type { GateSettings, Lease } from "./gate.ts";
import { MemoryBudget } from "./memory-budget.ts";

const SETTINGS: GateSettings = { slots: 2, maxQueue: 3 };
const MEMORY_BYTES = 100;
const NEVER = new AbortController().signal;

function gateWith(
  settings: Partial<GateSettings> = {},
  now: () => number = () => 0,
): Gate {
  const memory = new MemoryBudget(MEMORY_BYTES).share();
  return new Gate({ ...SETTINGS, memory, ...settings }, now);
}

/** Enters callers who write their name down when they are let in. */
function queueAt(gate: Gate) {
  const entered: string[] = [];
  const leases = new Map<string, Lease>();
  return {
    entered,
    release: (name: string) => leases.get(name)?.release(),
    enter: async (name: string, weight = 0, signal = NEVER) => {
      const lease = await gate.enter(weight, signal);
      entered.push(name);
      leases.set(name, lease);
    },
  };
}

/** Lets every promise that is settled already tell so. */
const settled = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

async function refusal(promise: Promise<unknown>): Promise<ServiceError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ServiceError, "was not refused");
  return error;
}

test("lets as many run as there are slots, and the rest wait", async () => {
  const gate = gateWith();
  const queue = queueAt(gate);
  for (const name of ["a", "b", "c"]) void queue.enter(name);
  await settled();
  assert.deepEqual(queue.entered, ["a", "b"]);
  assert.deepEqual([gate.running, gate.waiting], [2, 1]);
});

test("first come, first served", async () => {
  const gate = gateWith({ slots: 1, maxQueue: 10 });
  const queue = queueAt(gate);
  const names = ["a", "b", "c", "d", "e"];
  for (const name of names) void queue.enter(name);
  for (const name of names) {
    await settled();
    queue.release(name);
  }
  assert.deepEqual(queue.entered, names);
  assert.deepEqual([gate.running, gate.waiting], [0, 0]);
});

test("holds back a job that memory has no room for, though a slot is free", async () => {
  const gate = gateWith();
  const queue = queueAt(gate);
  void queue.enter("a", 70);
  void queue.enter("b", 31);
  await settled();
  assert.deepEqual(queue.entered, ["a"]);
  queue.release("a");
  await settled();
  assert.deepEqual(queue.entered, ["a", "b"]);
});

test("jobs that fill the memory to the byte run together", async () => {
  const queue = queueAt(gateWith());
  void queue.enter("a", 70);
  void queue.enter("b", 30);
  await settled();
  assert.deepEqual(queue.entered, ["a", "b"]);
});

test("a light job does not overtake a heavy one that waits", async () => {
  const queue = queueAt(gateWith());
  void queue.enter("a", 60);
  void queue.enter("heavy", 60);
  void queue.enter("light", 1);
  await settled();
  assert.deepEqual(queue.entered, ["a"]);
  queue.release("a");
  await settled();
  assert.deepEqual(queue.entered, ["a", "heavy", "light"]);
});

test("a job heavier than the whole budget is refused at once, as too large", async () => {
  const error = await refusal(gateWith().enter(101, NEVER));
  assert.equal(error.code, "image_too_large");
  assert.deepEqual(error.context, { limit: 100 });
});

test("refuses at once when the queue is full", async () => {
  const gate = gateWith();
  const queue = queueAt(gate);
  for (const name of ["a", "b", "c", "d", "e"]) void queue.enter(name);
  const error = await refusal(gate.enter(0, NEVER));
  assert.equal(error.code, "service_overloaded");
  assert.deepEqual([gate.running, gate.waiting], [2, 3]);
});

test("a place is kept for whoever is on their way, and free when they have come or not", async () => {
  let now = 0;
  const gate = gateWith({ slots: 1, maxQueue: 1 }, () => now);
  const come = gate.expect();
  gate.expect();
  assert.throws(() => gate.expect(), ServiceError, "both places are promised");
  come();
  const again = gate.expect();
  assert.throws(() => gate.expect(), ServiceError);
  again();
  now = 499;
  const last = gate.expect();
  assert.throws(() => gate.expect(), ServiceError);
  now = 500;
  gate.expect();
  last();
  assert.doesNotThrow(() => gate.expect(), "the second was kept long enough");
});

test("a place that is kept keeps nobody out who has come", async () => {
  const gate = gateWith({ slots: 1, maxQueue: 1 });
  const queue = queueAt(gate);
  gate.expect();
  gate.expect();
  void queue.enter("a");
  void queue.enter("b");
  await settled();
  assert.deepEqual([queue.entered, gate.waiting], [["a"], 1]);
});

test("who comes to a full queue is told before anything is done for them", async () => {
  const gate = gateWith({ slots: 1, maxQueue: 1 });
  const queue = queueAt(gate);
  void queue.enter("a");
  void queue.enter("b");
  await settled();
  assert.throws(() => gate.expect(), ServiceError);
  assert.equal(gate.refused, 1);
});

test("with no queue allowed, a full gate refuses and an empty one admits", async () => {
  const gate = gateWith({ slots: 1, maxQueue: 0 });
  const lease = await gate.enter(0, NEVER);
  assert.equal(
    (await refusal(gate.enter(0, NEVER))).code,
    "service_overloaded",
  );
  lease.release();
  await gate.enter(0, NEVER);
});

const paces: readonly (readonly [
  claim: string,
  jobSeconds: number,
  jobs: number,
  waiting: number,
  wanted: number,
])[] = [
  ["before any job has ended, a second a round", 0, 0, 1, 2],
  ["the rounds the queue takes, over the slots", 0, 0, 5, 6],
  ["long jobs make it longer", 30, 50, 1, 60],
  ["short jobs leave it at a second", 0.001, 50, 3, 1],
  ["it moves with the newest by a fifth", 6, 1, 0, 2],
  ["it is never more than a minute", 1000, 50, 5, 60],
];
for (const [claim, jobSeconds, jobs, waiting, wanted] of paces) {
  test(`the time to come back: ${claim}`, async () => {
    let now = 0;
    const gate = gateWith({ slots: 1, maxQueue: waiting }, () => now);
    for (let job = 0; job < jobs; job++) {
      const lease = await gate.enter(0, NEVER);
      now += jobSeconds * 1000;
      lease.release();
    }
    await gate.enter(0, NEVER);
    for (let i = 0; i < waiting; i++) void gate.enter(0, NEVER);
    const { context } = await refusal(gate.enter(0, NEVER));
    assert.deepEqual(context, { retry_after: wanted });
  });
}

test("a lease tells how long it was waited for", async () => {
  let now = 1000;
  const gate = gateWith({ slots: 1 }, () => now);
  const first = await gate.enter(0, NEVER);
  assert.equal(first.waitedMs, 0);
  const second = gate.enter(0, NEVER);
  now = 1250;
  first.release();
  assert.equal((await second).waitedMs, 250);
});

test("who leaves the queue is told so, and their place goes to the next", async () => {
  const gate = gateWith({ slots: 1 });
  const queue = queueAt(gate);
  const client = new AbortController();
  void queue.enter("a");
  const left = refusal(queue.enter("b", 0, client.signal));
  void queue.enter("c");
  client.abort();
  assert.equal((await left).code, "client_closed");
  assert.equal(gate.waiting, 1);
  queue.release("a");
  await settled();
  assert.deepEqual(queue.entered, ["a", "c"]);
});

test("when a heavy job leaves the front of the queue, those behind it may go at once", async () => {
  const queue = queueAt(gateWith());
  const client = new AbortController();
  void queue.enter("a", 60);
  const left = refusal(queue.enter("heavy", 60, client.signal));
  void queue.enter("light", 1);
  client.abort();
  await left;
  await settled();
  assert.deepEqual(queue.entered, ["a", "light"]);
});

test("who has left already is not let in", async () => {
  const gate = gateWith();
  const error = await refusal(gate.enter(0, AbortSignal.abort()));
  assert.equal(error.code, "client_closed");
  assert.equal(gate.running, 0);
});

test("leaving after having been let in frees nothing by itself", async () => {
  const gate = gateWith({ slots: 1 });
  const client = new AbortController();
  const first = await gate.enter(0, NEVER);
  const waiting = gate.enter(0, client.signal);
  first.release();
  const lease = await waiting;
  client.abort();
  assert.equal(gate.running, 1);
  lease.release();
  assert.equal(gate.running, 0);
});

test("releasing twice is releasing once", async () => {
  const gate = gateWith({ slots: 2 });
  const lease = await gate.enter(100, NEVER);
  lease.release();
  lease.release();
  assert.equal(gate.running, 0);
  const queue = queueAt(gate);
  void queue.enter("a", 100);
  void queue.enter("b", 100);
  await settled();
  assert.deepEqual(queue.entered, ["a"]);
});

test("closing refuses who waits and who comes, and lets who runs end", async () => {
  const gate = gateWith({ slots: 1 });
  const lease = await gate.enter(0, NEVER);
  const waiting = [
    refusal(gate.enter(0, NEVER)),
    refusal(gate.enter(0, NEVER)),
  ];
  gate.close();
  const late = refusal(gate.enter(0, NEVER));
  for (const { code, context } of await Promise.all([...waiting, late])) {
    assert.equal(code, "service_overloaded");
    assert.ok(Number(context["retry_after"]) >= 1);
  }
  lease.release();
  assert.deepEqual([gate.running, gate.waiting], [0, 0]);
});

test("never runs more than slots and memory allow, whatever comes and goes", async () => {
  const gate = gateWith({ slots: 3, maxQueue: 8 });
  let seed = 7;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((seed / 0x80000000) * below);
  };
  const held: { lease: Lease; weight: number }[] = [];
  for (let round = 0; round < 2000; round++) {
    const client = new AbortController();
    const weight = random(110);
    gate.enter(weight, client.signal).then(
      (lease) => held.push({ lease, weight }),
      () => undefined,
    );
    if (random(5) === 0) client.abort();
    if (random(2) === 0)
      held.splice(random(held.length), 1)[0]?.lease.release();
    await Promise.resolve();
    const bytes = held.reduce((sum, job) => sum + job.weight, 0);
    assert.ok(gate.running <= 3 && gate.waiting <= 8 && bytes <= 100);
  }
  while (gate.running > 0) {
    await settled();
    for (const { lease } of held.splice(0)) lease.release();
  }
  assert.deepEqual([gate.running, gate.waiting], [0, 0]);
});
