// Judges every address at the moment it is dialled: what DNS said to anyone else, or says a second later, does not count.

import { Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import type { LookupFunction } from "node:net";
import { callbackify } from "node:util";

import { buildConnector } from "undici";

import { mayDial } from "./address.ts";
import type { AllowedNetworks } from "./address.ts";

/** All addresses of a name, IPv4 and IPv6. Rejects when it has none. */
export type Resolve = (hostname: string) => Promise<string[]>;

/** An address that must not be dialled; which one it was is nobody's business. */
export class AddressRefused extends Error {
  override readonly name = "AddressRefused";
  constructor() {
    super("The address is not public.");
  }
}

/** Milliseconds for the connection and its TLS handshake. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Milliseconds for one DNS answer, asked for twice. */
const DNS_TIMEOUT_MS = 2500;

/**
 * Asks DNS for both families at once, outside libuv's thread pool, where slow
 * answers would hold up file reads. `/etc/hosts` has no say. `servers` are
 * those of the system unless given.
 */
export function dnsResolve(servers?: readonly string[]): Resolve {
  return async (hostname) => {
    const resolver = new Resolver({ timeout: DNS_TIMEOUT_MS, tries: 2 });
    if (servers) resolver.setServers(servers);
    const answers = await Promise.allSettled([
      resolver.resolve4(hostname),
      resolver.resolve6(hostname),
    ]);
    const addresses = answers.flatMap((answer) =>
      answer.status === "fulfilled" ? answer.value : [],
    );
    const [first] = answers;
    if (addresses.length === 0)
      throw first.status === "rejected"
        ? first.reason
        : new Error("no addresses");
    return addresses;
  };
}

/**
 * A connector for undici. Names are resolved once; all answers must be
 * dialable, and only those answers are dialled. Rejects with `AddressRefused`.
 */
export function judgedConnector(
  resolve: Resolve,
  allowed: AllowedNetworks,
): buildConnector.connector {
  // Asked for all addresses at once, since families are tried in turn.
  const lookup: LookupFunction = callbackify(
    async (hostname: string, _options: unknown) => {
      const addresses = await resolve(hostname);
      if (!addresses.every((one) => mayDial(one, allowed)))
        throw new AddressRefused();
      return addresses.map((address) => ({ address, family: isIP(address) }));
    },
  );
  const dial = buildConnector({
    allowH2: false,
    timeout: CONNECT_TIMEOUT_MS,
    autoSelectFamily: true,
    lookup,
  });
  return (options, callback) => {
    // Literals are never looked up.
    const literal = options.hostname.replace(/^\[|\]$/g, "");
    if (isIP(literal) !== 0 && !mayDial(literal, allowed)) {
      callback(new AddressRefused(), null);
      return;
    }
    dial(options, (error, socket) => {
      if (error) return callback(error, null);
      if (mayDial(socket.remoteAddress ?? "", allowed))
        return callback(null, socket);
      socket.destroy();
      callback(new AddressRefused(), null);
    });
  };
}
