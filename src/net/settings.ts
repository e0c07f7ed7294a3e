// The settings of fetching, by their environment names.

import { Type } from "typebox";

export const netSettings = {
  URL_FETCH_SCHEMES: Type.String({
    pattern: "^https?(,https?)?$",
    default: "https",
    description:
      "Schemes that images may be fetched by, as a comma list of https and http.",
  }),
  URL_FETCH_TIMEOUT: Type.Number({
    minimum: 0.1,
    maximum: 600,
    default: 30,
    description:
      "Seconds that one fetch may take in all, redirects and body included.",
  }),
  URL_FETCH_MAX_REDIRECTS: Type.Integer({
    minimum: 0,
    maximum: 20,
    default: 5,
    description: "Redirects that a fetch follows, each judged anew.",
  }),
  URL_FETCH_ALLOWED_NETWORKS: Type.String({
    default: "",
    description:
      "Networks that are fetched from although they are not public, as a comma list such as 10.1.0.0/16; empty for none.",
  }),
};
