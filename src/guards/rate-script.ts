// The count as one script that Redis runs whole, and the reading of its answer. Opens no connection.

import { longestSeconds } from "./rate.ts";
import type { RateVerdict, RateWindow } from "./rate.ts";

/**
 * A caller's requests are a sorted set, scored by when they came: a log, not
 * a counter, so that the limit is exact in every stretch of time. It holds at
 * most as many as the largest limit. The time is Redis' own, in microseconds
 * (clocks of services may differ), printed by format since Lua's own text of
 * a number keeps 14 digits. A script that reads the time and writes needs
 * Redis 5.
 *
 * KEYS: the caller's set. ARGV: a name for this request, the microseconds to
 * keep requests for, then limit and microseconds of each window. Returns the
 * request's name, 1 or 0, then for each window what remains and the
 * microseconds until it frees.
 */
export const TAKE_SCRIPT = `
local key, request, kept = KEYS[1], ARGV[1], tonumber(ARGV[2])
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local function number(value) return string.format('%.0f', value) end

redis.call('ZREMRANGEBYSCORE', key, '-inf', number(now - kept))

local function used(length)
  return redis.call('ZCOUNT', key, '(' .. number(now - length), '+inf')
end

local passed = 1
for i = 3, #ARGV, 2 do
  if used(tonumber(ARGV[i + 1])) >= tonumber(ARGV[i]) then passed = 0 end
end
if passed == 1 then
  redis.call('ZADD', key, number(now), request)
  redis.call('PEXPIRE', key, number(math.ceil(kept / 1000)))
end

local answer = { request, passed }
for i = 3, #ARGV, 2 do
  local limit, length = tonumber(ARGV[i]), tonumber(ARGV[i + 1])
  local count = used(length)
  local frees = length
  if count > 0 then
    local last = math.min(count, limit) - 1
    local deciding = redis.call('ZREVRANGE', key, last, last, 'WITHSCORES')
    frees = deciding[2] + length - now
  end
  answer[#answer + 1] = math.max(0, limit - count)
  answer[#answer + 1] = frees
end
return answer
`;

const MICROSECONDS = 1_000_000;

/** The script's arguments behind the key. `request` must differ from every other request's. */
export function scriptArguments(
  request: string,
  windows: readonly RateWindow[],
): (string | number)[] {
  return [
    request,
    longestSeconds(windows) * MICROSECONDS,
    ...windows.flatMap(({ limit, seconds }) => [limit, seconds * MICROSECONDS]),
  ];
}

/** Throws when the answer is not the script's to this request. */
export function verdictOf(
  answer: unknown,
  request: string,
  windows: readonly RateWindow[],
): RateVerdict {
  const [name, ...numbers] = Array.isArray(answer) ? (answer as unknown[]) : [];
  const isOurs =
    name === request &&
    numbers.length === 1 + 2 * windows.length &&
    numbers.every(Number.isFinite);
  if (!isOurs) throw new Error("Redis answered something else");
  const [passed, ...states] = numbers as number[];
  return {
    passed: passed === 1,
    states: windows.map((_, index) => ({
      remaining: states[2 * index]!,
      freesInMs: states[2 * index + 1]! / 1000,
    })),
  };
}
