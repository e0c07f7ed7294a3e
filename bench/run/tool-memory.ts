// Watches the tools below a process for the largest of them; a tool that lives shorter than the interval goes unseen.

import { descendantsOf, peakRssBytes, programOf } from "./proc.ts";

/** A look costs 0.05 ms of the watching process; most tools live longer than this. */
const INTERVAL_MS = 10;

/** Starts to watch; the function returned ends it and tells the largest VmHWM in bytes, null when no tool was seen. */
export function watchTools(pid: number | undefined): () => number | null {
  let peak: number | null = null;
  const own = pid === undefined ? null : programOf(pid);
  const look = (): void => {
    if (pid === undefined) return;
    for (const tool of descendantsOf(pid)) {
      // Between fork and exec it is still a picture of its parent, 140 MB of it.
      if (programOf(tool) === own) continue;
      const bytes = peakRssBytes(tool);
      if (bytes !== null) peak = Math.max(peak ?? 0, bytes);
    }
  };
  const timer = setInterval(look, INTERVAL_MS);
  return () => {
    clearInterval(timer);
    return peak;
  };
}
