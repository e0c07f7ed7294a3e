// The lanes work is admitted by: how many slots, places and bytes of the budget each has. Decides the numbers, admits nobody.

import { Gate } from "./gate.ts";
import { MemoryBudget } from "./memory-budget.ts";
import type { MemoryShare } from "./memory-budget.ts";

export interface LaneSettings {
  /** Conversions and optimizations at once. */
  readonly slots: number;
  /** Of those, how many may wait. */
  readonly maxQueue: number;
  /** Bytes that everything together may be expected to hold. */
  readonly memoryBytes: number;
  /** The largest file that a request may bring. */
  readonly maxFileBytes: number;
  /** Told of everyone who is let in, with the milliseconds they waited. */
  readonly onAdmitted: (lane: LaneName, waitedMs: number) => void;
}

/**
 * `work`: conversions and optimizations. `estimate`: estimates, behind no
 * encode, which may last a minute. `receive`: bodies of requests on their way
 * in. `fetch`: images on their way in from URLs.
 */
export const LANES = ["work", "estimate", "receive", "fetch"] as const;
export type LaneName = (typeof LANES)[number];

export interface Lanes {
  readonly budget: MemoryBudget;
  readonly gates: Readonly<Record<LaneName, Gate>>;
  /** What requests' files may take, for a workspace that lies in memory; reserved when first asked for. */
  readonly fileShare: () => MemoryShare;
  /** Jobs of all lanes at once. */
  readonly jobs: number;
}

/** An estimate takes tens of milliseconds where an encode takes seconds: one slot serves the callers of four. */
const SLOTS_PER_ESTIMATE_SLOT = 4;
/** Short jobs: four of them are waited for sooner than one encode. */
const QUEUE_PER_ESTIMATE_SLOT = 4;
/** Part of the budget that encodes cannot take: 1/8 of 4 GB decodes an estimate of 64 megapixels at 8 bytes each. */
const ESTIMATE_SHARE = 1 / 8;
/** Part of the budget that files in memory may take, and nothing else. */
const FILE_SHARE = 1 / 8;
/** However large the files, half of the budget is left to work on them. */
const MAX_FILE_SHARE = 1 / 2;
/** Fetches at once, for each slot: a fetch waits for the network far longer than a job works. */
const FETCHES_PER_SLOT = 8;
/**
 * Bodies on their way in, for each slot. Each costs a connection and some 200
 * KB of buffers; slow clients are many before they are a burden, and files are
 * counted by their bytes.
 */
const RECEIVING_PER_SLOT = 64;

export function openLanes(settings: LaneSettings): Lanes {
  const { slots, maxQueue, memoryBytes, maxFileBytes, onAdmitted } = settings;
  const budget = new MemoryBudget(memoryBytes);
  let files: MemoryShare | undefined;
  const estimateSlots = Math.ceil(slots / SLOTS_PER_ESTIMATE_SLOT);
  const gate = (
    name: LaneName,
    numbers: { slots: number; maxQueue: number; memory?: MemoryShare },
  ): Gate => new Gate({ ...numbers, onAdmitted: (ms) => onAdmitted(name, ms) });
  return {
    budget,
    gates: {
      work: gate("work", { slots, maxQueue, memory: budget.share() }),
      estimate: gate("estimate", {
        slots: estimateSlots,
        maxQueue: QUEUE_PER_ESTIMATE_SLOT * estimateSlots,
        memory: budget.share(Math.floor(memoryBytes * ESTIMATE_SHARE)),
      }),
      receive: gate("receive", {
        slots: RECEIVING_PER_SLOT * slots,
        maxQueue: 0,
      }),
      fetch: gate("fetch", {
        slots: FETCHES_PER_SLOT * slots,
        maxQueue: FETCHES_PER_SLOT * slots,
      }),
    },
    // Files wait for work while they are held: borrowing what work waits for, the two would stand still.
    fileShare: () =>
      (files ??= budget.share(
        fileShareBytes(memoryBytes, maxFileBytes),
        false,
      )),
    jobs: slots + estimateSlots,
  };
}

/** An eighth of the budget, or room for one file of the largest size, up to half of the budget. */
function fileShareBytes(memoryBytes: number, maxFileBytes: number): number {
  return Math.floor(
    Math.min(
      memoryBytes * MAX_FILE_SHARE,
      Math.max(memoryBytes * FILE_SHARE, maxFileBytes),
    ),
  );
}
