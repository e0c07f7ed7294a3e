// The composition root: reads the configuration, builds the rooms, listens, and closes in order. Wires; decides nothing.

import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

import { ALL_CODECS } from "./codecs/table.ts";
import { listOf } from "./comma-list.ts";
import { ConfigError, readConfig, readEnvironment } from "./config.ts";
import type { Config } from "./config.ts";
import { authOf } from "./guards/auth.ts";
import { openLanes } from "./guards/lanes.ts";
import { childMemoryLimitBytes, memoryBudgetBytes } from "./guards/memory.ts";
import { proxiesOf } from "./guards/rate-address.ts";
import { openRateLimiter } from "./guards/rate-opening.ts";
import type { Phase } from "./http/rooms.ts";
import { buildServer } from "./http/server.ts";
import { Boot } from "./observe/boot.ts";
import { watchEventLoop } from "./observe/event-loop.ts";
import { openFigures } from "./observe/figures.ts";
import type { Figures } from "./observe/figures.ts";
import { withRateLimits } from "./observe/health.ts";
import { openLog } from "./observe/log.ts";
import type { Logger } from "./observe/log.ts";
import { networksOf } from "./net/address.ts";
import type { Networks } from "./net/address.ts";
import { dnsResolve } from "./net/connector.ts";
import { Fetcher } from "./net/fetch.ts";
import { Pool } from "./pool/pool.ts";
import { superviseProcess } from "./process.ts";
import { Service } from "./service/service.ts";
import { LocalStore } from "./sinks/local.ts";
import { openStorage } from "./sinks/opening.ts";
import { Workspaces } from "./sources/workspace.ts";

const MB = 1024 ** 2;
/** Milliseconds a client may take to send its request whole: 100 MB at 3 Mbit/s. */
const REQUEST_TIMEOUT_MS = 300_000;
/** A child that holds more after a job is replaced; an idle one takes 90 MB. */
const RECYCLE_RSS_BYTES = 700 * MB;
/** Results on their way to storage at once, for each slot. */
const UPLOADS_PER_SLOT = 32;

export interface RunningService {
  readonly ports: readonly number[];
  /** Ids of the pool's children. */
  readonly children: () => number[];
  readonly figures: Figures;
  /** Lets running jobs end within the grace, refuses the rest, and closes everything. */
  readonly stop: () => Promise<void>;
  /** Ends everything that would outlive this process, at once; for one that is about to end. */
  readonly abandon: () => void;
}

/** Starts the service as configured; resolves once it listens. */
export async function startService(
  config: Config,
  searchPath: string,
  log: Logger,
): Promise<RunningService> {
  const slots = config.COMPRESSION_SEMAPHORE_SIZE || availableParallelism();
  const memoryBytes = memoryBudgetBytes(config.MEMORY_BUDGET_MB);
  const figures = openFigures();
  const { gates, budget, fileShare, jobs } = openLanes({
    slots,
    maxQueue: config.MAX_QUEUE_DEPTH || 2 * slots,
    memoryBytes,
    maxFileBytes:
      Math.max(config.MAX_UPLOAD_SIZE_MB, config.MAX_FILE_SIZE_MB) * MB,
    onAdmitted: figures.admitted,
  });
  const workspaces = await Workspaces.open(
    config.WORKSPACE_DIR || undefined,
    fileShare,
  );
  const pool = new Pool(
    {
      children: config.WORKERS || jobs,
      threads: config.MAGICK_THREAD_LIMIT,
      searchPath,
      jobTimeoutMs: config.PROCESS_TIMEOUT_SEC * 1000,
      memoryLimitBytes: childMemoryLimitBytes(memoryBytes),
      recycleRssBytes: RECYCLE_RSS_BYTES,
    },
    {
      warn: (details, message) => log.warn(details, message),
      childEnded: figures.childEnded,
      jobEnded: figures.jobEnded,
    },
  );
  let ports: readonly number[] = [];
  const local = new LocalStore({
    folder: config.STORAGE_LOCAL_DIR,
    maxBytes: config.STORAGE_LOCAL_MAX_MB * MB,
    base: () => config.PUBLIC_BASE_URL || `http://localhost:${ports[0] ?? 0}`,
  });
  const fetcher = new Fetcher({
    schemes: listOf(config.URL_FETCH_SCHEMES),
    maxRedirects: config.URL_FETCH_MAX_REDIRECTS,
    timeoutMs: config.URL_FETCH_TIMEOUT * 1000,
    allowed: networksIn(config, "URL_FETCH_ALLOWED_NETWORKS", networksOf),
    resolve: dnsResolve(),
    userAgent: `Mozilla/5.0 (compatible; darkroom/${version()})`,
  });
  const secrets = listOf(`${config.API_KEY},${config.PIXLOAD_IMAGE_TOKEN}`);
  const auth = authOf({ secrets, publicAccess: config.PUBLIC_ACCESS });
  if (!auth.required) log.warn("no API key is set: the service is open to all");
  const limiter = await openRateLimiter(config, (isWorking, reason) => {
    if (isWorking) log.info({ reason }, "rate limits are applied");
    else log.warn({ reason }, "rate limits are not applied");
  });

  let phase: Phase = "starting";
  const boot = new Boot(
    (signal) => pool.probe(signal),
    ALL_CODECS,
    version(),
    log,
  );
  const service = new Service(
    {
      limits: {
        maxPixels: config.MAX_IMAGE_PIXELS,
        maxFrames: config.MAX_FRAMES,
      },
      toolTimeoutMs: config.TOOL_TIMEOUT_SECONDS * 1000,
      jobTimeoutMs: config.PROCESS_TIMEOUT_SEC * 1000,
      encoders: encodersOf(config),
    },
    {
      pool,
      gate: gates.work,
      estimateGate: gates.estimate,
      receiveGate: gates.receive,
      fetchGate: gates.fetch,
      workspaces,
      fetcher,
      storage: openStorage(config, local, UPLOADS_PER_SLOT * slots),
      engines: () => boot.abilities(),
    },
  );
  const server = await buildServer({
    service,
    auth,
    limiter,
    log,
    figures,
    settings: {
      allowedOrigins: listOf(config.ALLOWED_ORIGINS),
      maxConvertBytes: config.MAX_UPLOAD_SIZE_MB * MB,
      maxOptimizeBytes: config.MAX_FILE_SIZE_MB * MB,
      defaultQuality: config.DEFAULT_QUALITY,
      estimateBudgetMs: config.ESTIMATE_BUDGET_MS,
      resize: config.RESIZE_QUALITY,
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
      trustedProxies: networksIn(config, "TRUSTED_PROXIES", proxiesOf),
    },
    files: local,
    version: version(),
    phase: () => phase,
    health: async (refresh) =>
      withRateLimits(await boot.health(refresh), limiter.report()),
  });
  const loop = watchEventLoop((delay) =>
    log.warn(delay, "the event loop runs late"),
  );
  figures.watch({
    version: version(),
    lanes: gates,
    memoryBudgetBytes: budget.bytes,
    fileBytes: () => (workspaces.inMemory ? fileShare().heldBytes : 0),
    children: () => pool.states,
    loopDelay: loop.delay,
    isReady: () => phase === "ready",
    rateLimitFailOpen: () => limiter.report().uncounted,
    traffic: server.traffic,
  });
  ports = await server.listen(config.HOST, portsOf(config.PORT));
  log.info(
    { ports, slots, host: config.HOST },
    `listening on ${ports.join(" and ")}`,
  );

  await pool.start();
  await boot.abilities();
  phase = "ready";
  log.info("ready");

  return {
    ports,
    children: () => pool.pids,
    figures,
    abandon: () => {
      pool.close();
      workspaces.abandon();
    },
    stop: async () => {
      phase = "draining";
      for (const gate of Object.values(gates)) gate.close();
      const graceMs = config.SHUTDOWN_GRACE_SECONDS * 1000;
      const timer = setTimeout(() => pool.close(), graceMs);
      await server.close(graceMs);
      clearTimeout(timer);
      pool.close();
      limiter.close();
      loop.stop();
      await fetcher.close();
      await workspaces.close();
    },
  };
}

function portsOf(list: string): number[] {
  const ports = list.split(",").map(Number);
  const bad = ports.find((port) => port > 65_535);
  if (bad === undefined) return ports;
  throw new ConfigError(
    `PORT="${list}" is not allowed: ports go from 0 to 65535.`,
  );
}

/** Other names of the same encoders, as the seeds have them. */
const ENCODER_ALIASES: Readonly<Record<string, string>> = {
  cjpeg: "mozjpeg",
  pillow: "turbo",
};

function encodersOf({ JPEG_ENCODER: jpeg, AVIF_ENCODER: avif }: Config): {
  jpeg?: string;
  avif?: string;
} {
  return {
    ...(jpeg !== "auto" && { jpeg: ENCODER_ALIASES[jpeg] ?? jpeg }),
    ...(avif !== "auto" && { avif }),
  };
}

function networksIn(
  config: Config,
  name: "URL_FETCH_ALLOWED_NETWORKS" | "TRUSTED_PROXIES",
  read: (texts: readonly string[]) => Networks,
): Networks {
  const text = config[name];
  try {
    return read(listOf(text));
  } catch (error) {
    throw new ConfigError(
      `${name}="${text}" is not allowed: ${(error as Error).message}.`,
    );
  }
}

function version(): string {
  const text = readFileSync(
    new URL("../package.json", import.meta.url),
    "utf8",
  );
  return (JSON.parse(text) as { version: string }).version;
}

async function main(): Promise<void> {
  const environment = readEnvironment();
  const config = readConfig(environment);
  const log = openLog(config.LOG_LEVEL);
  const searchPath = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin";
  const service = await startService(config, searchPath, log);
  superviseProcess(service, log);
}

if (import.meta.main) {
  main().catch((error: unknown) => {
    // The one place where the process may end with an error: nothing has been promised to anyone yet.
    process.stderr.write(
      `${error instanceof Error ? error.message : String(error)}\n`,
    );
    process.exit(1);
  });
}
