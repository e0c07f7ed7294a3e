// Lets a request to a verb in: judges its key and counts it against the caller's limits, before its body is read. The one door of all verbs.

import { createHash } from "node:crypto";

import type { FastifyReply, FastifyRequest } from "fastify";

import type { Caller } from "../guards/auth.ts";
import { bucketOf, clientAddress } from "../guards/rate-address.ts";
import type { HttpRooms } from "./rooms.ts";
import { rateHeaders, refusalOf } from "./rate-limit.ts";

type AdmissionRooms = Pick<HttpRooms, "auth" | "limiter" | "settings">;

/**
 * Who calls, by the secret that the request presents; counted once, however
 * often it is asked. Sets the RateLimit headers. Throws `unauthorized`, which
 * costs no quota, and `rate_limit_exceeded`.
 */
export async function admit(
  request: FastifyRequest,
  reply: FastifyReply,
  rooms: AdmissionRooms,
  presented: string | undefined,
): Promise<Caller> {
  const caller = rooms.auth.judge(presented);
  request.counting ??= count(request, reply, rooms, caller, presented);
  await request.counting;
  return caller;
}

async function count(
  { raw, headers }: FastifyRequest,
  reply: FastifyReply,
  { limiter, settings }: AdmissionRooms,
  caller: Caller,
  presented = "",
): Promise<void> {
  const forwardedFor = headers["x-forwarded-for"];
  const key =
    caller === "keyed"
      ? digestOf(presented)
      : bucketOf(
          clientAddress(
            raw.socket.remoteAddress ?? "unknown",
            // Node joins the header's lines in order.
            typeof forwardedFor === "string" ? forwardedFor : undefined,
            settings.trustedProxies,
          ),
        );
  const result = await limiter.take(caller, key);
  if (result === undefined) return;
  reply.headers(rateHeaders(result));
  if (!result.verdict.passed) throw refusalOf(result);
}

/** A key's stand-in, so that the store never holds the key. */
function digestOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
