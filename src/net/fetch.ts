// Fetches over HTTP from public addresses only: every hop judged, everything within one deadline; decides nothing about what it brings.

import { addAbortListener } from "node:events";
import { pipeline } from "node:stream";
import type { Readable } from "node:stream";

import { Agent, request } from "undici";

import { ServiceError } from "../errors.ts";
import type { AllowedNetworks } from "./address.ts";
import { AddressRefused, judgedConnector } from "./connector.ts";
import type { Resolve } from "./connector.ts";
import { decodersOf } from "./content.ts";
import { blocked, redirected, targetOf } from "./target.ts";
import type { Target } from "./target.ts";

export interface FetchSettings {
  /** Schemes that may be asked for and redirected to, without the colon. */
  readonly schemes: readonly string[];
  readonly maxRedirects: number;
  /** Milliseconds from the first look-up to the last byte. */
  readonly timeoutMs: number;
  /** Networks that are fetched from although they are not public. */
  readonly allowed: AllowedNetworks;
  readonly resolve: Resolve;
  readonly userAgent: string;
}

export interface Fetched {
  /** The body without its content codings; destroyed when no more of it is wanted. */
  readonly body: Readable;
  /** Whether a coding was taken off it. */
  readonly isDecoded: boolean;
  /** Bytes that the origin declared, where nothing is to be decoded. */
  readonly declaredBytes: number | undefined;
  /** Set when only the bytes asked for come: those of the whole, where the origin says it. */
  readonly part?: { readonly wholeBytes: number | undefined };
  /** What a failure of the body is to be called. */
  readonly named: (error: unknown) => ServiceError;
}

/** First and last byte of a part. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** Bytes of headers that an origin may send. */
const MAX_HEADER_BYTES = 32 * 1024;
/** A connection serves again within this time. */
const KEEP_ALIVE_MS = 4000;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
/** As browsers ask for images: some CDNs answer others with 404. */
const ACCEPT =
  "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8";

export class Fetcher {
  readonly #settings: FetchSettings;
  readonly #agent: Agent;

  constructor(settings: FetchSettings) {
    this.#settings = settings;
    this.#agent = new Agent({
      connect: judgedConnector(settings.resolve, settings.allowed),
      maxHeaderSize: MAX_HEADER_BYTES,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      pipelining: 1,
    });
  }

  /**
   * Fetches what `text` leads to. Throws `bad_request` naming `field`,
   * `ssrf_blocked`, `url_fetch_failed` (with `http_status` where there was
   * one) and `client_closed`; the body's failures are `named` alike. Of a
   * `range` an origin may yet send the whole.
   */
  async get(
    text: string,
    field: string,
    signal: AbortSignal,
    range?: ByteRange,
  ): Promise<Fetched> {
    const { schemes, maxRedirects, timeoutMs } = this.#settings;
    const within = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    let target = targetOf(text, field, schemes);
    const named = (error: unknown): ServiceError =>
      nameFailure(error, target, signal);
    for (let hop = 0; hop <= maxRedirects; hop++) {
      const { statusCode, headers, body } = await this.#ask(
        target,
        within,
        range,
      ).catch((error: unknown) => {
        throw named(error);
      });
      // A body that is given up may still fail.
      body.on("error", () => undefined);
      if (statusCode === 200) return open(body, headers, target, named);
      if (statusCode === 206 && range) {
        const part = { wholeBytes: wholeOf(headers["content-range"], range) };
        return { ...open(body, headers, target, named), part };
      }
      body.destroy();
      if (!REDIRECTS.includes(statusCode))
        throw failed(`The URL answered with status ${statusCode}.`, target, {
          http_status: statusCode,
        });
      target = redirected(target, headers["location"], schemes);
    }
    throw failed(`The URL redirects more than ${maxRedirects} times.`, target);
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #ask(
    { url }: Target,
    signal: AbortSignal,
    range?: ByteRange,
  ): ReturnType<typeof request> {
    const { userAgent } = this.#settings;
    const answer = request(url, {
      dispatcher: this.#agent,
      signal,
      // The signal bounds the whole: undici's own clocks are coarse, and may strike before.
      headersTimeout: 0,
      bodyTimeout: 0,
      headers: {
        accept: ACCEPT,
        "accept-encoding": "identity",
        ...(range && { range: `bytes=${range.first}-${range.last}` }),
        "user-agent": userAgent,
      },
    });
    // Undici heeds its signal only once a connection stands: look-ups and handshakes that hang would outlive it.
    const ended = Promise.withResolvers<never>();
    const listener = addAbortListener(signal, () =>
      ended.reject(signal.reason as Error),
    );
    try {
      return await Promise.race([answer, ended.promise]);
    } finally {
      listener[Symbol.dispose]();
    }
  }
}

function open(
  body: Readable,
  headers: Readonly<Record<string, unknown>>,
  target: Target,
  named: Fetched["named"],
): Fetched {
  const decoders = decodersOf(headers["content-encoding"]);
  if (!decoders) {
    body.destroy();
    throw failed("The URL's content coding is not known.", target);
  }
  const isDecoded = decoders.length > 0;
  const length = Number(headers["content-length"]);
  return {
    // A failure is met by whoever reads the last of them.
    body: decoders.reduce<Readable>(
      (source, decoder) => pipeline(source, decoder, () => undefined),
      body,
    ),
    isDecoded,
    declaredBytes:
      !isDecoded && Number.isSafeInteger(length) ? length : undefined,
    named,
  };
}

/** Bytes of the whole, when the part sent begins where it was to (RFC 9110, 14.4). */
function wholeOf(
  header: string | string[] | undefined,
  { first }: ByteRange,
): number | undefined {
  const [, start, whole] =
    /^bytes (\d+)-\d+\/(\d+)$/.exec(String(header)) ?? [];
  return Number(start) === first ? Number(whole) : undefined;
}

function failed(
  message: string,
  { shown }: Target,
  context: { readonly http_status?: number } = {},
  cause?: unknown,
): ServiceError {
  return new ServiceError(
    "url_fetch_failed",
    message,
    { url: shown, ...context },
    { cause },
  );
}

/** What went wrong, in words that tell nothing of the network inside. */
function nameFailure(
  error: unknown,
  target: Target,
  client: AbortSignal,
): ServiceError {
  if (error instanceof ServiceError) return error;
  if (client.aborted)
    return new ServiceError("client_closed", "The client went away.");
  const { name, code = "" } = error as NodeJS.ErrnoException;
  if (error instanceof AddressRefused || isWrapped(error))
    return blocked("The URL does not lead to a public address.", target.shown);
  const says = (message: string): ServiceError =>
    failed(message, target, {}, error);
  if (name === "TimeoutError" || /TIMED?OUT/.test(code))
    return says("The URL did not answer in full in time.");
  if (/^(ENOTFOUND|ENODATA|ESERVFAIL|EREFUSED|EBADNAME|EAI_)/.test(code))
    return says("The URL's host name could not be resolved.");
  if (/CERT|SSL|TLS|SELF_SIGNED|ALTNAME/.test(code))
    return says("The URL's server has no valid certificate for its name.");
  return says("The URL could not be fetched.");
}

/** A refusal among several failed attempts to dial. */
function isWrapped(error: unknown): boolean {
  return (
    error instanceof AggregateError &&
    error.errors.some((each) => each instanceof AddressRefused)
  );
}
