// Measures what a piece of work costs this process and its tools; does not know what the work is.

import { toolChannel } from "../../src/engines/command.ts";
import type { ToolRun } from "../../src/engines/command.ts";
import { watchHeap } from "./heap.ts";
import { endedChildrenCpuMs, peakRssBytes, resetPeakRss } from "./proc.ts";
import type { Run } from "./result.ts";

/**
 * Runs `work` and says what it cost; rejects as it does. The peak of its tools'
 * memory is the parent's to see, and stands as null.
 */
export async function measure<T>(
  work: () => Promise<T>,
  options: { readonly watchHeap: boolean },
): Promise<{ value: T; cost: Omit<Run, "phases"> }> {
  const tools: ToolRun[] = [];
  const listen = (run: unknown): void => void tools.push(run as ToolRun);
  toolChannel.subscribe(listen);
  const rssBeforeBytes = process.memoryUsage.rss();
  const isReset = resetPeakRss();
  const endHeap = options.watchHeap ? watchHeap() : undefined;
  const toolsBefore = endedChildrenCpuMs();
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  try {
    const value = await work();
    const wallMs = performance.now() - start;
    const { user, system } = process.cpuUsage(cpuBefore);
    const own = (user + system) / 1000;
    const toolsAfter = endedChildrenCpuMs();
    const toolsMs =
      toolsBefore === null || toolsAfter === null
        ? null
        : toolsAfter - toolsBefore;
    return {
      value,
      cost: {
        wallMs,
        cpuMs: { own, tools: toolsMs },
        memory: {
          rssBeforeBytes,
          ownPeakBytes: isReset ? peakRssBytes("self") : null,
          toolPeakBytes: null,
          heapPeakBytes: endHeap?.() ?? null,
        },
        parallelism: (own + (toolsMs ?? 0)) / wallMs,
        tools,
      },
    };
  } finally {
    toolChannel.unsubscribe(listen);
  }
}
