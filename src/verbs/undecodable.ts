// What is said of a file that does not decode.

import { CODECS } from "../codecs/table.ts";
import { ServiceError } from "../errors.ts";
import type { Facts } from "../image/facts.ts";

export function undecodable({ format }: Facts, cause: unknown): ServiceError {
  return new ServiceError(
    "invalid_image",
    `The ${CODECS[format].name} file does not decode: it is damaged or cut off.`,
    { detected: format },
    { cause },
  );
}
