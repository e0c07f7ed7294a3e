// Takes a verb's input in, whichever of the three ways it comes: multipart, JSON, or a raw image with options in the query.

import type { FastifyRequest } from "fastify";

import { ServiceError } from "../errors.ts";
import type { Session } from "../service/session.ts";
import type { StoredFile } from "../sources/source.ts";
import { receiveUpload } from "../sources/upload.ts";
import { refuseDeclared } from "../sources/write.ts";
import { readForm } from "./form.ts";
import { entriesOf } from "./options.ts";
import type { OptionOrigin } from "./options.ts";
import { unlessStalled } from "./stall.ts";

/** What came in. */
export interface ReceivedInput {
  readonly files: ReadonlyMap<string, StoredFile>;
  /** Options as given: text from forms and queries, values from JSON. */
  readonly options: [string, unknown][];
  readonly origin: OptionOrigin;
}

export interface InputRules {
  readonly maxBytes: number;
  /** Names of file parts that are taken; the first is the image. */
  readonly fileParts: readonly [string, ...string[]];
  /** Called when a file begins, with the fields before it: throws to refuse it unread. */
  readonly beforeFile: (
    fieldsSoFar: ReadonlyMap<string, string>,
  ) => void | Promise<void>;
}

/** Multipart's own lines around files and fields. */
const MULTIPART_OVERHEAD_BYTES = 1024 * 1024;

/** Throws `bad_request`, `file_too_large`, `client_closed`, `service_overloaded`, and what `beforeFile` throws. */
export async function receiveInput(
  request: FastifyRequest,
  session: Session,
  rules: InputRules,
): Promise<ReceivedInput> {
  const type = mediaTypeOf(request);
  if (type === "multipart/form-data")
    return receiving(request, session, () => fromForm(request, session, rules));
  if (type === "application/json") {
    return {
      files: new Map(),
      options: entriesOf(request.body, "body"),
      origin: "json",
    };
  }
  return receiving(request, session, () =>
    fromRaw(request, session, rules, type),
  );
}

/** Admits a body that is yet to come, and gives a client up that sends nothing more of it. */
function receiving<T>(
  { raw }: FastifyRequest,
  { receive }: Session,
  work: () => Promise<T>,
): Promise<T> {
  return receive(() => unlessStalled(raw, work));
}

export function mediaTypeOf(request: FastifyRequest): string {
  const header = request.headers["content-type"] ?? "";
  return (header.split(";")[0] ?? "").trim().toLowerCase();
}

async function fromForm(
  request: FastifyRequest,
  { workspace }: Session,
  rules: InputRules,
): Promise<ReceivedInput> {
  const { maxBytes, fileParts, beforeFile } = rules;
  refuseDeclared(
    declaredBytes(request),
    fileParts.length * maxBytes + MULTIPART_OVERHEAD_BYTES,
  );
  const files = new Map<string, StoredFile>();
  const fields = await readForm(request.raw, async (name, stream, before) => {
    await beforeFile(before);
    if (!fileParts.includes(name)) {
      throw new ServiceError(
        "bad_request",
        `Unknown file part "${name.slice(0, 60)}"; the image goes into "${fileParts[0]}".`,
        { field: name.slice(0, 60) },
      );
    }
    const path = workspace.path(`upload-${fileParts.indexOf(name)}`);
    files.set(
      name,
      await receiveUpload(stream, path, maxBytes, workspace.account.take),
    );
  });
  const query = queryEntries(request);
  const twice = query.find(([key]) => fields.has(key));
  if (twice) throw givenTwice(twice[0]);
  return { files, options: [...fields, ...query], origin: "text" };
}

async function fromRaw(
  request: FastifyRequest,
  { workspace }: Session,
  rules: InputRules,
  type: string,
): Promise<ReceivedInput> {
  const isImage =
    type.startsWith("image/") || type === "application/octet-stream";
  if (!isImage) {
    throw new ServiceError(
      "bad_request",
      "Send multipart/form-data with a file, or the image itself as image/* or application/octet-stream.",
      { field: "file" },
    );
  }
  await rules.beforeFile(new Map());
  refuseDeclared(declaredBytes(request), rules.maxBytes);
  const path = workspace.path("upload-0");
  const file = await receiveUpload(
    request.raw,
    path,
    rules.maxBytes,
    workspace.account.take,
  );
  return {
    files: new Map([[rules.fileParts[0], file]]),
    options: queryEntries(request),
    origin: "text",
  };
}

/** Throws `bad_request` when the query names a key twice. */
function queryEntries(request: FastifyRequest): [string, unknown][] {
  return Object.entries(request.query as Record<string, unknown>).map(
    ([key, value]) => {
      if (!Array.isArray(value)) return [key, value];
      throw givenTwice(key);
    },
  );
}

function givenTwice(key: string): ServiceError {
  const field = key.slice(0, 60);
  return new ServiceError("bad_request", `${field} is given twice.`, { field });
}

function declaredBytes(request: FastifyRequest): number | undefined {
  const header = request.headers["content-length"];
  return header === undefined ? undefined : Number(header);
}
