// Judges a reply by what the contract says of every reply; says what is wrong with it, if anything is.

import { STATUS } from "../../src/http/problem.ts";
import type { ErrorCode } from "../../src/errors.ts";
import type { Exchange } from "./exchange.ts";

/** Server errors that are documented answers to hostile input. */
const EXCUSED: readonly string[] = ["tool_timeout", "service_overloaded"];

/** What is wrong with an exchange; undefined when nothing is. `isFramed`: whether the request kept to HTTP. */
export function faultOf(
  { reply, failure }: Exchange,
  isFramed: boolean,
): string | undefined {
  if (reply.length === 0) {
    // Who breaks the frame may be hung up on.
    if (!isFramed && failure !== "silence") return undefined;
    return `no answer (${failure ?? "closed"})`;
  }
  const split = reply.indexOf("\r\n\r\n");
  const head = reply.subarray(0, split).toString("latin1");
  const body = reply.subarray(split + 4);
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]);
  if (split < 0 || !status) return "no HTTP answer";
  if (!/^x-request-id: \S+/im.test(head))
    return `${status} without X-Request-ID`;
  if (status === 200) {
    const length = Number(/^content-length: (\d+)/im.exec(head)?.[1]);
    return length === body.length
      ? undefined
      : `200 cut off: ${body.length} of ${length}`;
  }
  return faultOfError(status, body);
}

function faultOfError(status: number, body: Buffer): string | undefined {
  let error: unknown;
  try {
    const parsed = JSON.parse(body.toString()) as Record<string, unknown>;
    ({ error } = parsed);
    if (parsed["success"] !== false || typeof parsed["message"] !== "string") {
      return `${status} in another shape`;
    }
  } catch {
    return `${status} that is not JSON`;
  }
  if (typeof error !== "string" || !(error in STATUS))
    return `${status} of no known code`;
  const own = STATUS[error as ErrorCode];
  // The transport's own refusals are bad requests, too.
  const isOwn = own === status || (error === "bad_request" && status < 500);
  if (!isOwn) return `${error} with status ${status}`;
  return status < 500 || EXCUSED.includes(error)
    ? undefined
    : `${status} ${error}`;
}
