// The settings of the HTTP front, by their environment names.

import { Type } from "typebox";

export const httpSettings = {
  PORT: Type.String({
    pattern: "^\\d{1,5}(,\\d{1,5})*$",
    default: "8080,41870",
    description:
      "Ports to listen on, as a comma list; 0 lets the system choose.",
  }),
  HOST: Type.String({
    minLength: 1,
    default: "0.0.0.0",
    description: "Address to listen on.",
  }),
  ALLOWED_ORIGINS: Type.String({
    default: "*",
    description:
      "Origins that browsers may call from, as a comma list; * for all.",
  }),
  MAX_FILE_SIZE_MB: Type.Integer({
    minimum: 1,
    maximum: 4096,
    default: 32,
    description: "Largest upload to /optimize and /estimate, in MB.",
  }),
  MAX_UPLOAD_SIZE_MB: Type.Integer({
    minimum: 1,
    maximum: 4096,
    default: 100,
    description: "Largest upload to /convert, in MB.",
  }),
  DEFAULT_QUALITY: Type.Integer({
    minimum: 1,
    maximum: 100,
    default: 80,
    description: "Quality where a request to /optimize names none.",
  }),
  ESTIMATE_BUDGET_MS: Type.Integer({
    minimum: 1,
    maximum: 60_000,
    default: 150,
    description:
      "Milliseconds of work that an estimate may take beyond decoding; with more it is closer.",
  }),
  RESIZE_QUALITY: Type.Enum(["exact", "fast"], {
    default: "exact",
    description:
      "How /convert resizes when a request does not say: exact (linear light) or fast.",
  }),
};
