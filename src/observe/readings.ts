// The figures that are read when somebody asks: what the lanes, the children and the front itself say of their state.

import type { LoopDelay } from "./event-loop.ts";
import type { Metrics, Sample } from "./metrics.ts";

/** What a gate tells of itself. */
interface LaneView {
  readonly settings: {
    readonly slots: number;
    readonly maxQueue: number;
    readonly memory?: { readonly heldBytes: number; readonly maxBytes: number };
  };
  readonly running: number;
  readonly waiting: number;
  readonly refused: number;
}

/** What is read when somebody asks. */
export interface FigureSources {
  readonly version: string;
  readonly lanes: Readonly<Record<string, LaneView>>;
  readonly memoryBudgetBytes: number;
  /** Bytes of requests' files that lie in memory. */
  readonly fileBytes: () => number;
  readonly children: () => Readonly<Record<string, number>>;
  readonly loopDelay: () => LoopDelay;
  readonly isReady: () => boolean;
  /** Requests let pass uncounted because the store of rate limits is away. */
  readonly rateLimitFailOpen: () => number;
  /** Bytes over all connections so far. */
  readonly traffic: () => { readonly received: number; readonly sent: number };
}

export function readLanes(metrics: Metrics, sources: FigureSources): void {
  const { lanes, memoryBudgetBytes, fileBytes, children } = sources;
  const byLane =
    (read: (lane: LaneView) => number | undefined) => (): Sample[] =>
      Object.entries(lanes).flatMap(([lane, view]): Sample[] => {
        const value = read(view);
        return value === undefined ? [] : [[{ lane }, value]];
      });
  metrics.read(
    "darkroom_running",
    "Work that runs in a lane.",
    "gauge",
    byLane(({ running }) => running),
  );
  metrics.read(
    "darkroom_slots",
    "Work that may run in a lane at once.",
    "gauge",
    byLane(({ settings }) => settings.slots),
  );
  metrics.read(
    "darkroom_queue_depth",
    "Work that waits for a lane.",
    "gauge",
    byLane(({ waiting }) => waiting),
  );
  metrics.read(
    "darkroom_queue_limit",
    "Work that may wait for a lane.",
    "gauge",
    byLane(({ settings }) => settings.maxQueue),
  );
  metrics.read(
    "darkroom_refused_total",
    "Work refused with 503, by the lane that was full.",
    "counter",
    byLane(({ refused }) => refused),
  );
  metrics.read(
    "darkroom_memory_held_bytes",
    "Memory that running jobs are expected to hold, and that files in memory do hold.",
    "gauge",
    () => [
      ...byLane(({ settings }) => settings.memory?.heldBytes)(),
      [{ lane: "files" }, fileBytes()],
    ],
  );
  metrics.read(
    "darkroom_memory_limit_bytes",
    "The most that a lane may ever hold.",
    "gauge",
    byLane(({ settings }) => settings.memory?.maxBytes),
  );
  metrics.read(
    "darkroom_memory_budget_bytes",
    "Memory that everything together may be expected to hold.",
    "gauge",
    () => [[{}, memoryBudgetBytes]],
  );
  metrics.read("darkroom_children", "Children by state.", "gauge", () =>
    Object.entries(children()).map(([state, count]) => [{ state }, count]),
  );
}

export function readFront(metrics: Metrics, sources: FigureSources): void {
  const { version, loopDelay, isReady, rateLimitFailOpen, traffic } = sources;
  const one = (
    name: string,
    help: string,
    type: "counter" | "gauge",
    value: () => number,
  ): void => metrics.read(name, help, type, () => [[{}, value()]]);
  one(
    "darkroom_ready",
    "1 while requests are taken, 0 while starting or draining.",
    "gauge",
    () => Number(isReady()),
  );
  metrics.read("darkroom_build_info", "The version.", "gauge", () => [
    [{ version }, 1],
  ]);
  metrics.read(
    "darkroom_event_loop_delay_seconds",
    "How late the front's timers ran in the last ten seconds; quantile 1 is the latest.",
    "gauge",
    () => {
      const { p50, p99, max } = loopDelay();
      return [
        [{ quantile: "0.5" }, p50 / 1000],
        [{ quantile: "0.99" }, p99 / 1000],
        [{ quantile: "1" }, max / 1000],
      ];
    },
  );
  one(
    "darkroom_rate_limit_fail_open_total",
    "Requests let pass uncounted because the store of rate limits did not answer.",
    "counter",
    rateLimitFailOpen,
  );
  one(
    "darkroom_received_bytes_total",
    "Bytes received over all connections.",
    "counter",
    () => traffic().received,
  );
  one(
    "darkroom_sent_bytes_total",
    "Bytes sent over all connections.",
    "counter",
    () => traffic().sent,
  );
  one(
    "process_resident_memory_bytes",
    "Resident memory of the front, children not included.",
    "gauge",
    () => process.memoryUsage.rss(),
  );
  one(
    "process_cpu_seconds_total",
    "CPU time of the front, children not included.",
    "counter",
    () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    },
  );
  one(
    "process_start_time_seconds",
    "When the front started, in seconds since 1970.",
    "gauge",
    () => performance.timeOrigin / 1000,
  );
}
