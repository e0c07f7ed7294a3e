// The settings of the guards, by their environment names.

import { Type } from "typebox";

export const guardSettings = {
  API_KEY: Type.String({
    default: "",
    description:
      "Secrets that open the service, as a comma list; empty for none.",
  }),
  PIXLOAD_IMAGE_TOKEN: Type.String({
    default: "",
    description: "One more secret, by the name /convert's clients know.",
  }),
  PUBLIC_ACCESS: Type.Boolean({
    default: false,
    description: "Lets callers without a key in beside those with one.",
  }),
  REDIS_URL: Type.String({
    pattern: "^(rediss?://\\S+)?$",
    default: "",
    description:
      "Where services that share their rate limits count requests; empty for no limits, or those of RATE_LIMIT_STORE.",
  }),
  RATE_LIMIT_STORE: Type.Enum(["", "memory"], {
    default: "",
    description:
      "memory counts requests in this process, where there is no REDIS_URL.",
  }),
  RATE_LIMIT_PUBLIC_RPM: Type.Integer({
    minimum: 0,
    maximum: 100_000,
    default: 60,
    description:
      "Requests in any minute from one address without a key; 0 for no limit.",
  }),
  RATE_LIMIT_PUBLIC_BURST: Type.Integer({
    minimum: 0,
    maximum: 100_000,
    default: 10,
    description:
      "Requests in any ten seconds from one address without a key; 0 for no limit.",
  }),
  RATE_LIMIT_AUTH_ENABLED: Type.Boolean({
    default: false,
    description: "Limits callers with a key too, each key by itself.",
  }),
  RATE_LIMIT_AUTH_RPM: Type.Integer({
    minimum: 0,
    maximum: 100_000,
    default: 0,
    description:
      "Requests in any minute with one key, where RATE_LIMIT_AUTH_ENABLED; 0 for no limit.",
  }),
  TRUSTED_PROXIES: Type.String({
    default: "",
    description:
      "Proxies whose X-Forwarded-For is believed, as a comma list of addresses and networks, such as 10.1.0.0/16.",
  }),
  COMPRESSION_SEMAPHORE_SIZE: Type.Integer({
    minimum: 0,
    maximum: 1024,
    default: 0,
    description: "Jobs that run at once; 0 for one per core.",
  }),
  MAX_QUEUE_DEPTH: Type.Integer({
    minimum: 0,
    maximum: 100_000,
    default: 0,
    description:
      "Jobs that wait when all slots are taken; 0 for twice the slots.",
  }),
  MEMORY_BUDGET_MB: Type.Integer({
    minimum: 0,
    maximum: 16_777_216,
    default: 0,
    description:
      "Memory that running jobs may be expected to hold, in MB; 0 for 60 % of the machine's or the container's.",
  }),
  MAX_IMAGE_PIXELS: Type.Integer({
    minimum: 1,
    maximum: 4_000_000_000,
    default: 100_000_000,
    description:
      "Most pixels of one frame; all frames together may hold four times that.",
  }),
  MAX_FRAMES: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    default: 1000,
    description: "Most frames or pages of one file.",
  }),
};
