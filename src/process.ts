// What the process does when it is told to end, and when an error reaches nobody. Decides when; the service knows how.

import type { Figures } from "./observe/figures.ts";
import type { Logger } from "./observe/log.ts";

export interface Supervised {
  readonly figures: Pick<Figures, "uncaught">;
  /** Lets running jobs end, and closes everything. */
  readonly stop: () => Promise<void>;
  /** Ends everything that would outlive this process, at once. */
  readonly abandon: () => void;
}

/**
 * SIGTERM and SIGINT drain, and the second of them ends the process at once.
 *
 * What nobody caught is logged, counted and survived. The front decodes
 * nothing, so what it holds is promises and sockets: leases and folders go in
 * `finally`, a job has a deadline, and at worst one request hangs until its own.
 * Ending would be the worse answer: whoever found one request that throws could
 * keep the service down with it.
 */
export function superviseProcess(service: Supervised, log: Logger): void {
  let isStopping = false;
  const onSignal = (signal: string): void => {
    if (isStopping) {
      service.abandon();
      process.exit(1);
    }
    isStopping = true;
    log.info(
      { signal },
      "stopping: running jobs may end, new ones are refused",
    );
    service.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.fatal({ err: error }, "stopping failed");
        service.abandon();
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
  process.on("unhandledRejection", (reason) => {
    service.figures.uncaught("rejection");
    log.error({ err: reason }, "a rejection that nobody handled; going on");
  });
  process.on("uncaughtException", (error) => {
    service.figures.uncaught("exception");
    log.error({ err: error }, "an exception that nothing caught; going on");
  });
}
