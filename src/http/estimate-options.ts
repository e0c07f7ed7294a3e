// /estimate's options: /optimize's own, and what is known of an image that need not be fetched whole.

import { Type } from "typebox";
import type { Static } from "typebox";

import type { OptimizeIntent } from "../image/intent.ts";
import { optimizeRequest } from "./optimize-options.ts";
import { badOption, readOptions } from "./options.ts";
import type { OptionOrigin, UrlOption } from "./options.ts";

/** What may be told of the image at `url`, beside how it would be optimized. */
export const RemoteOptions = Type.Object({
  thumbnail_url: Type.Optional(
    Type.String({
      description:
        "A small version of the image at url: fetched where the original's own header cannot be read by itself.",
    }),
  ),
  file_size: Type.Optional(
    Type.Integer({
      minimum: 1,
      description: "Bytes of the image at url, where its origin does not say.",
    }),
  ),
});

export type RemoteHints = Static<typeof RemoteOptions>;

/** What a request to /estimate asks for. */
export interface EstimateRequest {
  readonly asked: OptimizeIntent;
  readonly source?: UrlOption;
  readonly hints: RemoteHints;
}

type Entries = [string, unknown][];

/** Keys that say which image, not how. */
const SOURCE_KEYS = new Set(["url", ...Object.keys(RemoteOptions.properties)]);

/**
 * The request of options given as /optimize takes them; with none at all, the
 * preset "medium". Throws `bad_request` as `optimizeRequest` does, for hints
 * without a url, and for `storage`: an estimate stores nothing.
 */
export function estimateRequest(
  given: Entries,
  origin: OptionOrigin,
  defaultQuality: number,
): EstimateRequest {
  const isHint = ([key]: Entries[number]): boolean =>
    Object.hasOwn(RemoteOptions.properties, key);
  const hints = readOptions(RemoteOptions, given.filter(isHint), origin);
  const rest = given.filter((entry) => !isHint(entry));
  const stray = rest.find(([key]) => key === "storage");
  if (stray) throw badOption("storage", "An estimate stores nothing.");
  const asksNothing = rest.every(
    ([key, value]) => SOURCE_KEYS.has(key) || isEmpty(value),
  );
  const entries: Entries = asksNothing
    ? [...rest.filter(([key]) => SOURCE_KEYS.has(key)), ["preset", "medium"]]
    : rest;
  const { intent, source } = optimizeRequest(entries, origin, defaultQuality);
  const [hint] = Object.keys(hints);
  if (hint !== undefined && !source) {
    throw badOption(
      hint,
      `${hint} tells of the image at a url; none is given.`,
    );
  }
  return { asked: intent, hints, ...(source && { source }) };
}

/** `{}`, as a value or as JSON. */
function isEmpty(value: unknown): boolean {
  if (typeof value === "string") return /^\s*\{\s*\}\s*$/.test(value);
  return (
    typeof value === "object" &&
    value !== null &&
    Object.keys(value).length === 0
  );
}
