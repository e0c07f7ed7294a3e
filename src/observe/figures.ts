// The figures an operator needs, by name: what is counted and timed here; readings.ts has the rest. /metrics shows them.

import { Metrics } from "./metrics.ts";
import { readFront, readLanes } from "./readings.ts";
import type { FigureSources } from "./readings.ts";

/** A job that has ended. */
interface JobView {
  readonly job: {
    readonly intent: { readonly verb: string };
    readonly input: { readonly facts: { readonly format: string } };
  };
  readonly ms: number;
  readonly code: string;
  /** The engine that refused, crashed or overstayed, where it cost the job. */
  readonly tool?: string;
  /** Strategies that made nothing, and why. */
  readonly declined: readonly {
    readonly strategy: string;
    readonly reason: string;
  }[];
}

/** A request that has ended. */
export interface RequestView {
  readonly route: string;
  readonly status: number;
  /** `ok`, or the error's code. */
  readonly code: string;
  readonly ms: number;
}

export interface Figures {
  readonly admitted: (lane: string, waitedMs: number) => void;
  readonly jobEnded: (job: JobView) => void;
  readonly childEnded: (reason: string) => void;
  readonly requestEnded: (request: RequestView) => void;
  /** An error that nothing caught. */
  readonly uncaught: (kind: "exception" | "rejection") => void;
  /** Everything, in Prometheus' text format; `read` is asked for what is not counted here. */
  readonly text: () => string;
  /** Says where the rest is read, once there is something to read. */
  readonly watch: (sources: FigureSources) => void;
}

/** Seconds: from a cached favicon to the deadline of a job. */
const SECONDS = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export function openFigures(): Figures {
  const metrics = new Metrics();
  const requests = metrics.counter(
    "darkroom_requests_total",
    "Requests that have ended, by route, status and outcome: ok, or the error's code (client_closed is 499).",
  );
  const requestSeconds = metrics.histogram(
    "darkroom_request_duration_seconds",
    "Time from a request's headers to the end of its reply.",
    SECONDS,
  );
  const jobSeconds = metrics.histogram(
    "darkroom_job_duration_seconds",
    "Time a child worked on a job, by verb and the input's format.",
    SECONDS,
  );
  const waits = metrics.histogram(
    "darkroom_queue_wait_seconds",
    "Time that whoever was let into a lane had waited for it.",
    SECONDS,
  );
  const engineFailures = metrics.counter(
    "darkroom_engine_failures_total",
    "Engines and strategies that failed: worker is a child that crashed, job one over its time.",
  );
  const childEnds = metrics.counter(
    "darkroom_children_ended_total",
    "Children that are no more, by reason; each was replaced.",
  );
  const uncaught = metrics.counter(
    "darkroom_uncaught_errors_total",
    "Errors of the front that nothing caught.",
  );
  return {
    admitted: (lane, waitedMs) => waits.observe(waitedMs / 1000, { lane }),
    jobEnded: ({ job, ms, tool, declined }) => {
      const { verb } = job.intent;
      const { format } = job.input.facts;
      jobSeconds.observe(ms / 1000, { verb, format });
      if (tool !== undefined) engineFailures.add({ verb, engine: tool });
      for (const { strategy, reason } of declined) {
        if (reason === "failed") engineFailures.add({ verb, engine: strategy });
      }
    },
    childEnded: (reason) => childEnds.add({ reason }),
    requestEnded: ({ route, status, code, ms }) => {
      requests.add({ route, status: String(status), code });
      requestSeconds.observe(ms / 1000, { route });
    },
    uncaught: (kind) => uncaught.add({ kind }),
    text: () => metrics.text(),
    watch: (sources) => {
      readLanes(metrics, sources);
      readFront(metrics, sources);
    },
  };
}
