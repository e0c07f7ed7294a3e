// Claims about the shared budget: what is a lane's own stays its own, and what is common goes to whoever waited longest.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Gate } from "./gate.ts";
import type { Lease } from "./gate.ts";
import { MemoryBudget } from "./memory-budget.ts";

const NEVER = new AbortController().signal;
const settled = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/** Two gates over one budget of 100 bytes, 20 of which are the light lane's own. */
function twoLanes() {
  const budget = new MemoryBudget(100);
  const settings = { slots: 9, maxQueue: 99 };
  const heavy = new Gate({ ...settings, memory: budget.share() });
  const light = new Gate({ ...settings, memory: budget.share(20) });
  const entered: string[] = [];
  const leases = new Map<string, Lease>();
  const enter = async (
    gate: Gate,
    name: string,
    weight: number,
    signal = NEVER,
  ): Promise<void> => {
    const lease = await gate.enter(weight, signal);
    entered.push(name);
    leases.set(name, lease);
  };
  return {
    entered,
    release: (name: string) => leases.get(name)?.release(),
    heavy: (name: string, weight: number, signal = NEVER) =>
      enter(heavy, name, weight, signal),
    light: (name: string, weight: number, signal = NEVER) =>
      enter(light, name, weight, signal),
  };
}

test("a lane may take its own part and all that is common, and no more", () => {
  const budget = new MemoryBudget(100);
  const [first, second] = [budget.share(10), budget.share(20)];
  assert.deepEqual([first.maxBytes, second.maxBytes], [80, 90]);
  assert.ok(first.take(80));
  assert.equal(first.take(1), false);
  assert.ok(second.take(20));
  assert.equal(second.take(1), false);
  assert.deepEqual([first.heldBytes, second.heldBytes], [80, 20]);
});

test("what one lane gives back the other may take", () => {
  const budget = new MemoryBudget(100);
  const [first, second] = [budget.share(), budget.share()];
  assert.ok(first.take(100));
  assert.equal(second.take(1), false);
  first.give(100);
  assert.ok(second.take(100));
});

test("a lane that must not borrow is held to its own part", () => {
  const budget = new MemoryBudget(100);
  const files = budget.share(10, false);
  assert.equal(files.maxBytes, 10);
  assert.equal(files.take(11), false);
  assert.ok(files.take(10));
  assert.equal(files.take(1), false);
});

test("what is owed beyond a lane's part is missing for the others until it is given back", () => {
  const budget = new MemoryBudget(100);
  const work = budget.share();
  const files = budget.share(10, false);
  files.owe(40);
  assert.equal(work.take(61), false);
  assert.ok(work.take(60));
  files.give(40);
  assert.ok(work.take(30));
});

test("light work goes on in its own part while heavy work of the other lane waits", async () => {
  const lanes = twoLanes();
  void lanes.heavy("a", 60);
  void lanes.heavy("b", 60);
  for (let turn = 0; turn < 50; turn++) {
    void lanes.light(`light ${turn}`, 20);
    await settled();
    assert.equal(lanes.entered.at(-1), `light ${turn}`);
    lanes.release(`light ${turn}`);
  }
  assert.equal(lanes.entered.includes("b"), false);
});

test("heavy work is not passed for ever: younger light work may not take what is common", async () => {
  const lanes = twoLanes();
  void lanes.heavy("a", 40);
  void lanes.light("borrows", 40);
  void lanes.heavy("b", 60);
  await settled();
  assert.deepEqual(lanes.entered, ["a", "borrows"]);
  void lanes.light("younger", 20);
  lanes.release("borrows");
  await settled();
  assert.deepEqual(lanes.entered, ["a", "borrows", "younger"]);
  // It would fit, but what is common is waited for by "b".
  void lanes.light("youngest", 20);
  await settled();
  assert.equal(lanes.entered.includes("youngest"), false);
  lanes.release("a");
  await settled();
  assert.deepEqual(lanes.entered.slice(3), ["b", "youngest"]);
});

test("heavy work of the light lane is not passed for ever either", async () => {
  const lanes = twoLanes();
  void lanes.heavy("a", 60);
  void lanes.light("estimate", 50);
  void lanes.heavy("b", 10);
  await settled();
  assert.deepEqual(lanes.entered, ["a"], "b would fit, and came later");
  lanes.release("a");
  await settled();
  assert.deepEqual(lanes.entered, ["a", "estimate", "b"]);
});

test("whoever leaves the line for memory lets those behind go", async () => {
  const lanes = twoLanes();
  const client = new AbortController();
  void lanes.heavy("a", 60);
  const left = lanes.heavy("b", 80, client.signal);
  void lanes.light("estimate", 40);
  await settled();
  assert.deepEqual(lanes.entered, ["a"]);
  client.abort();
  await assert.rejects(left, { code: "client_closed" });
  await settled();
  assert.deepEqual(lanes.entered, ["a", "estimate"]);
});

test("a gate that closes leaves the line for memory", async () => {
  const budget = new MemoryBudget(100);
  const settings = { slots: 9, maxQueue: 9 };
  const first = new Gate({ ...settings, memory: budget.share() });
  const second = new Gate({ ...settings, memory: budget.share() });
  await first.enter(60, NEVER);
  const refused = assert.rejects(first.enter(60, NEVER), {
    code: "service_overloaded",
  });
  const waiting = second.enter(40, NEVER);
  first.close();
  await refused;
  await waiting;
});

test("whatever comes and goes, lanes hold no more than the budget, and everyone's turn comes", async () => {
  const lanes = twoLanes();
  let seed = 11;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((seed / 0x80000000) * below);
  };
  const running = new Map<string, number>();
  let done = 0;
  const rounds = 1500;
  const work = async (name: number): Promise<void> => {
    const isLight = random(2) === 0;
    const weight = isLight ? random(100) : random(80);
    const id = String(name);
    await (isLight ? lanes.light(id, weight) : lanes.heavy(id, weight));
    running.set(id, weight);
    const held = [...running.values()].reduce((sum, bytes) => sum + bytes, 0);
    assert.ok(held <= 100, `${held} bytes`);
    for (let i = random(4); i > 0; i--) await settled();
    running.delete(id);
    lanes.release(id);
    done++;
  };
  const wave = async (size: number, from: number): Promise<void> => {
    await Promise.all(Array.from({ length: size }, (_, i) => work(from + i)));
  };
  for (let from = 0; from < rounds; from += 50) await wave(50, from);
  assert.equal(done, rounds);
});
