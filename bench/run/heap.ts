// Watches how much V8's heap holds; counts no memory outside it (buffers, libvips).

import { GCProfiler, getHeapStatistics } from "node:v8";

/**
 * Starts watching this isolate's heap; the function returned ends it and tells
 * the peak of used heap in bytes. Between collections the heap only grows, so
 * the largest of its sizes just before each collection and at the end is the peak.
 */
export function watchHeap(): () => number {
  const profiler = new GCProfiler();
  profiler.start();
  return () => {
    const { statistics } = profiler.stop();
    return Math.max(
      getHeapStatistics().used_heap_size,
      ...statistics.map(({ beforeGC }) => beforeGC.heapStatistics.usedHeapSize),
    );
  };
}
