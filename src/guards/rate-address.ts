// Decides which address a request comes from, and which addresses are one caller: arithmetic over text, no look-ups.

import { isIP } from "node:net";

import { mappedV4, networksOf, wordsOf } from "../net/address.ts";
import type { Networks } from "../net/address.ts";

/** Networks in CIDR notation, and addresses that stand for themselves. Throws RangeError naming what is neither. */
export function proxiesOf(texts: readonly string[]): Networks {
  const bits: Readonly<Record<number, string>> = { 4: "/32", 6: "/128" };
  return networksOf(texts.map((text) => text + (bits[isIP(text)] ?? "")));
}

/**
 * The address that a request comes from: the connection's own, unless that is
 * a trusted proxy's. Then it is the last in X-Forwarded-For that is no trusted
 * proxy's: each proxy adds at the right whom it was called by, and what stands
 * further left is the caller's own claim. Where the list holds what is no
 * address, or only proxies, it is the last proxy's that vouched for anything.
 */
export function clientAddress(
  peer: string,
  forwardedFor: string | undefined,
  trusted: Networks,
): string {
  const hops = forwardedFor?.split(",") ?? [];
  let address = plainAddress(peer) ?? peer;
  while (isTrusted(address, trusted)) {
    const next = plainAddress(hops.pop() ?? "");
    if (next === undefined) break;
    address = next;
  }
  return address;
}

/** The callers that share a limit: an IPv4 address, or the /64 of an IPv6 address, which is the least a household or a rented machine is given (RFC 6177). */
export function bucketOf(address: string): string {
  if (isIP(address) !== 6) return address;
  const network = wordsOf(address).slice(0, 4);
  return `${network.map((word) => word.toString(16)).join(":")}::/64`;
}

function isTrusted(address: string, trusted: Networks): boolean {
  const family = isIP(address);
  return family !== 0 && trusted.check(address, family === 6 ? "ipv6" : "ipv4");
}

/** An address without port, brackets and zone, IPv4 in IPv6 as IPv4; undefined when the text is none. */
function plainAddress(text: string): string | undefined {
  const trimmed = text.trim();
  const [, inBrackets, withPort] =
    /^\[([^\]]*)\](?::\d+)?$|^([\d.]+):\d+$/.exec(trimmed) ?? [];
  const [address = ""] = (inBrackets ?? withPort ?? trimmed).split("%");
  if (isIP(address) === 0) return undefined;
  return mappedV4(address) ?? address;
}
