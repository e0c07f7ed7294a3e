// Claims about the memory budget: what is set, or a share of what there is.

import assert from "node:assert/strict";
import { totalmem } from "node:os";
import { test } from "node:test";

import { childMemoryLimitBytes, memoryBudgetBytes } from "./memory.ts";

test("a budget that is set is taken as it is", () => {
  assert.equal(memoryBudgetBytes(1), 1024 ** 2);
  assert.equal(memoryBudgetBytes(16_777_216), 16 * 1024 ** 4);
});

test("without one, it is at most 60 % of the machine, whole, and more than nothing", () => {
  const bytes = memoryBudgetBytes(0);
  assert.ok(Number.isInteger(bytes));
  assert.ok(bytes <= totalmem() * 0.6);
  // A container that runs these tests has more than 64 MiB.
  assert.ok(bytes > 0.6 * 64 * 1024 ** 2, `${bytes}`);
});

test("a child may map more than the budget: what is mapped is not all used", () => {
  const budget = 2048 * 1024 ** 2;
  // Seen: 2651 MB were mapped for a job weighed at 1526 MB, the heaviest that budget lets in being 1792 MB.
  assert.ok(childMemoryLimitBytes(budget) > 2651 * 1024 ** 2);
  assert.ok(childMemoryLimitBytes(budget) < 2 * budget);
});
