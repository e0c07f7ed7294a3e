// Decides which URLs may be asked for at all, before any name is looked up.

import { isIP } from "node:net";

import { ServiceError } from "../errors.ts";

/** Longest URL that is taken; browsers and proxies stop at 2 to 8 KB. */
const MAX_URL_LENGTH = 8192;
/** Characters of a URL that are told back. */
const SHOWN_LENGTH = 300;

/** Names that mean the machine itself or its neighbours, whatever DNS says (RFC 6761, 6762, 8375, and /etc/hosts by custom). */
const LOCAL_NAME =
  /(^|\.)(localhost|localdomain|local|internal|intranet|lan|home\.arpa|ip6-localhost|ip6-loopback)$/;

/** A hop to take: where to, and on whose word. */
export interface Target {
  readonly url: URL;
  /** As the caller wrote it, shortened: what errors show. */
  readonly shown: string;
}

/**
 * The URL that a caller asks for. Throws `bad_request` naming `field` when it
 * is none, or of another scheme than `schemes`; `ssrf_blocked` when it carries
 * credentials or names this machine.
 */
export function targetOf(
  text: string,
  field: string,
  schemes: readonly string[],
): Target {
  const shown = shorten(text);
  const bad = (message: string): ServiceError =>
    new ServiceError("bad_request", message, { field });
  if (text.length > MAX_URL_LENGTH) throw bad("The URL is too long.");
  // Parsers disagree on what these mean, or drop them.
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u0020\u007f\\]/.test(text)) {
    throw bad("The URL holds spaces, control characters or backslashes.");
  }
  // WHATWG lets any number of slashes stand here, and none.
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(text))
    throw bad(`${field} must be a URL such as https://example.com/a.jpg.`);
  const url = URL.parse(text);
  if (!url) throw bad(`${field} is not a valid URL.`);
  if (!schemes.includes(url.protocol.slice(0, -1)))
    throw bad(`${field} must begin with ${schemes.join(":// or ")}://.`);
  refuseLocal(url, shown);
  return { url, shown };
}

/**
 * Where a redirect leads. Throws `url_fetch_failed` when it leads nowhere or
 * to another scheme, `ssrf_blocked` as `targetOf` does.
 */
export function redirected(
  { url: from, shown }: Target,
  location: unknown,
  schemes: readonly string[],
): Target {
  const url =
    typeof location === "string" ? URL.parse(location, from.href) : undefined;
  if (!url || !schemes.includes(url.protocol.slice(0, -1)))
    throw new ServiceError(
      "url_fetch_failed",
      "The URL redirects to something that is not fetched.",
      { url: shown },
    );
  url.hash = "";
  refuseLocal(url, shown);
  return { url, shown };
}

function refuseLocal(url: URL, shown: string): void {
  if (url.username !== "" || url.password !== "")
    throw blocked("URLs with credentials are not fetched.", shown);
  const name = url.hostname.replace(/\.+$/, "");
  // A name without a dot is searched for in the local domain.
  const isBare = !name.includes(".") && isIP(name.slice(1, -1)) === 0;
  if (isBare || LOCAL_NAME.test(name))
    throw blocked("The URL does not lead to a public address.", shown);
}

export function blocked(message: string, shown: string): ServiceError {
  return new ServiceError("ssrf_blocked", message, { url: shown });
}

/** Without credentials, and no longer than a log line bears. */
function shorten(text: string): string {
  return text.replace(/\/\/[^/?#]*@/, "//").slice(0, SHOWN_LENGTH);
}
