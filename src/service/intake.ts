// Fetches what requests name by URL, as many at once as may be under way; a fetch takes no slot.

import { readerOfBytes } from "../codecs/containers/reader.ts";
import { sniff } from "../codecs/sniff.ts";
import { ServiceError } from "../errors.ts";
import type { Gate } from "../guards/gate.ts";
import type { Fetcher } from "../net/fetch.ts";
import { openRemote } from "../sources/remote.ts";
import type { RemoteFile } from "../sources/remote.ts";
import type { StoredFile } from "../sources/source.ts";
import { receiveUrl } from "../sources/url.ts";
import type { Session } from "./session.ts";

/** A URL, and the option that names it. */
export interface NamedUrl {
  readonly url: string;
  readonly field: string;
}

export class Intake {
  readonly #fetcher: Fetcher;
  readonly #gate: Gate;

  constructor(fetcher: Fetcher, gate: Gate) {
    this.#fetcher = fetcher;
    this.#gate = gate;
  }

  /** An image, fetched into the workspace. Throws as `receiveUrl` does, `unsupported_format`, `service_overloaded`. */
  fetch(
    session: Session,
    { url, field }: NamedUrl,
    maxBytes: number,
  ): Promise<StoredFile> {
    const { workspace, signal } = session;
    const request = {
      url,
      field,
      path: workspace.path(`fetched-${field}`),
      maxBytes,
      take: workspace.account.take,
      judgeHead: async (head: Uint8Array) => {
        await sniff(readerOfBytes(head));
      },
    };
    return this.counted(session, () =>
      receiveUrl(this.#fetcher, request, signal),
    );
  }

  /** A file of which parts can be read. Throws as `openRemote` does, `service_overloaded`. */
  open(
    session: Session,
    { url, field }: NamedUrl,
    fileBytes: number | undefined,
  ): Promise<RemoteFile> {
    return this.counted(session, () =>
      openRemote(this.#fetcher, url, field, fileBytes, session.signal),
    );
  }

  /** Does `work` as one of the fetches under way. Throws `service_overloaded`. */
  async counted<T>(
    { signal, spans, giveUpPlace }: Session,
    work: () => Promise<T>,
  ): Promise<T> {
    const start = performance.now();
    giveUpPlace();
    const lease = await this.#gate.enter(0, signal);
    try {
      return await work();
    } finally {
      lease.release();
      spans.set("fetch", (spans.get("fetch") ?? 0) + performance.now() - start);
    }
  }
}

/** What goes wrong in `work` is said of the overlay. */
export async function asOverlay<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isOther =
      !(error instanceof ServiceError) ||
      error.context["field"] === "overlay_url" ||
      error.code === "client_closed" ||
      error.code === "service_overloaded";
    if (isOther) throw error;
    throw new ServiceError("overlay_failed", `The overlay: ${error.message}`, {
      ...error.context,
      reason: error.code,
    });
  }
}
