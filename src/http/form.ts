// Reads multipart forms as they arrive: fields into a map, files into whatever the route gives them to; buffers no file.

import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";

import { Busboy } from "@fastify/busboy";

import { ServiceError } from "../errors.ts";

/** A form has an image, perhaps a logo, and some twenty fields; more parts are an attack on the parser. */
const LIMITS = {
  files: 2,
  fields: 64,
  parts: 70,
  fieldNameSize: 200,
  fieldSize: 256 * 1024,
  headerPairs: 64,
  headerSize: 16 * 1024,
};

/** Takes a file part; what it throws ends the reading. */
export type TakeFile = (
  name: string,
  stream: Readable,
  fieldsSoFar: ReadonlyMap<string, string>,
) => Promise<void>;

/**
 * The fields of a multipart body, once every file has been taken. Throws
 * `bad_request` when it is malformed or names a field twice, and whatever
 * `takeFile` throws; in either case the rest of the body is left unread.
 */
export async function readForm(
  request: IncomingMessage,
  takeFile: TakeFile,
): Promise<Map<string, string>> {
  const fields = new Map<string, string>();
  const names = new Set<string>();
  const streams: Readable[] = [];
  const taken: Promise<void>[] = [];
  const parser = openParser(request);
  try {
    await new Promise<void>((resolve, reject) => {
      // Typed as text, but undefined where a part's head names nothing.
      const once = (name: string | undefined): name is string => {
        if (name === undefined) {
          reject(malformed("A part of the form has no name."));
          return false;
        }
        if (names.has(name))
          reject(malformed(`The field "${name}" is given twice.`, name));
        names.add(name);
        return true;
      };
      parser.on("field", (name, value, nameCut, valueCut) => {
        if (!once(name)) return;
        if (nameCut || valueCut) {
          reject(
            malformed(
              `The field "${name.slice(0, 60)}" is too long.`,
              name.slice(0, 60),
            ),
          );
        }
        fields.set(name, value);
      });
      parser.on("file", (name, stream) => {
        // A refused or failed part must not stay as an unhandled stream error.
        stream.on("error", () => undefined);
        streams.push(stream);
        if (!once(name)) return;
        const work = takeFile(name, stream, fields);
        taken.push(work);
        work.catch(reject);
      });
      const tooMany = (): void =>
        reject(malformed("The form has too many parts."));
      parser.on("partsLimit", tooMany);
      parser.on("filesLimit", tooMany);
      parser.on("fieldsLimit", tooMany);
      parser.on("error", (error) => {
        reject(malformed("The multipart body is malformed.", undefined, error));
      });
      parser.on("finish", resolve);
      request.on("close", () => {
        if (!request.complete) reject(closed());
      });
      request.pipe(parser);
    });
    await Promise.all(taken);
    return fields;
  } catch (error) {
    request.unpipe(parser);
    parser.destroy();
    // A file that was cut off would wait for its end for ever: the parser leaves it open.
    for (const stream of streams) stream.destroy();
    await Promise.allSettled(taken);
    throw error;
  }
}

function openParser(request: IncomingMessage): InstanceType<typeof Busboy> {
  const contentType = request.headers["content-type"] ?? "";
  try {
    return new Busboy({
      headers: { ...request.headers, "content-type": contentType },
      limits: LIMITS,
    });
  } catch (error) {
    throw malformed("The multipart body has no boundary.", undefined, error);
  }
}

function malformed(
  message: string,
  field?: string,
  cause?: unknown,
): ServiceError {
  return new ServiceError(
    "bad_request",
    message,
    field === undefined ? {} : { field },
    { cause },
  );
}

function closed(): ServiceError {
  return new ServiceError("client_closed", "The client closed the connection.");
}
