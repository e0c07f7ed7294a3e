// The requests: what a form, a JSON body and a query may hold.

import type { TObject, TSchema } from "typebox";

import { ConvertOptions } from "../convert-options.ts";
import { RemoteOptions } from "../estimate-options.ts";
import { OptimizeOptions } from "../optimize-options.ts";
import { StorageOptions } from "../storage-options.ts";

const FILE = { type: "string", format: "binary" };

export const CONVERT_BODIES = bodies(
  formOf(
    {
      token: {
        type: "string",
        description: "The key, where no header brings it; before the file.",
      },
      file: FILE,
      overlay: { ...FILE, description: "A logo." },
    },
    ConvertOptions.properties,
  ),
  {
    type: "object",
    description: "An image by its URL: src_url, or url.",
    properties: { token: { type: "string" }, ...ConvertOptions.properties },
  },
);

export const OPTIMIZE_BODIES = optimizeBodies({ storage: StorageOptions });

export const ESTIMATE_BODIES = optimizeBodies(RemoteOptions.properties);

/** What /optimize and /estimate take alike, and what each takes by URL alone. */
function optimizeBodies(more: object): object {
  const { preset } = OptimizeOptions.properties;
  const options = {
    type: "string",
    contentMediaType: "application/json",
    contentSchema: OptimizeOptions,
    description: 'The options as JSON, flat or under "optimization".',
  };
  return bodies(formOf({ file: FILE, options, preset }, {}), {
    type: "object",
    required: ["url"],
    properties: {
      url: { type: "string" },
      preset,
      optimization: OptimizeOptions,
      ...more,
    },
  });
}

function formOf(own: object, options: object): object {
  return { type: "object", properties: { ...own, ...options } };
}

function bodies(form: object, json: object): object {
  const binary = { schema: { type: "string", format: "binary" } };
  return {
    required: true,
    content: {
      "multipart/form-data": { schema: form },
      "application/json": { schema: json },
      "image/*": binary,
      "application/octet-stream": binary,
    },
  };
}

/** With a raw body the options stand in the query. */
export function queryOf(options: TObject): object[] {
  const properties = options.properties as Readonly<Record<string, TSchema>>;
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: false,
    schema,
  }));
}
