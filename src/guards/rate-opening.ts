// Opens the limiter that the settings ask for: in Redis, in memory, or off.

import type { Static, TObject } from "typebox";

import type { RateStore } from "./rate.ts";
import { RateLimiter } from "./rate-limiter.ts";
import { memoryRateStore } from "./rate-memory.ts";
import type { OnChange } from "./rate-redis.ts";
import type { guardSettings } from "./settings.ts";

type Settings = Readonly<Static<TObject<typeof guardSettings>>>;

/** `onChange` is told when Redis begins and ceases to count. Rejects where REDIS_URL is no URL. */
export async function openRateLimiter(
  settings: Settings,
  onChange: OnChange,
): Promise<RateLimiter> {
  return new RateLimiter(await storeOf(settings, onChange), {
    publicPerMinute: settings.RATE_LIMIT_PUBLIC_RPM,
    publicBurst: settings.RATE_LIMIT_PUBLIC_BURST,
    keyedPerMinute: settings.RATE_LIMIT_AUTH_ENABLED
      ? settings.RATE_LIMIT_AUTH_RPM
      : 0,
  });
}

async function storeOf(
  { REDIS_URL: url, RATE_LIMIT_STORE: store }: Settings,
  onChange: OnChange,
): Promise<RateStore | undefined> {
  if (url === "") return store === "memory" ? memoryRateStore() : undefined;
  // Not quoted: it may hold a password.
  if (!URL.canParse(url)) throw new Error("REDIS_URL is no URL.");
  // Loaded where it is used: the client takes 23 MB.
  const { redisRateStore } = await import("./rate-redis.ts");
  return redisRateStore(url, onChange);
}
