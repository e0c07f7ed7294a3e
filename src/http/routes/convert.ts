// POST /convert: takes the image, the logo and the fields in, and sends the result, stores it, or both.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

import { ServiceError } from "../../errors.ts";
import type { Caller } from "../../guards/auth.ts";
import type { Session } from "../../service/session.ts";
import type { StoredFile } from "../../sources/source.ts";
import { signalOf } from "../abort.ts";
import { admit } from "../admission.ts";
import { receiveInput, mediaTypeOf } from "../body.ts";
import type { ReceivedInput } from "../body.ts";
import { convertRequest } from "../convert-request.ts";
import type { ConvertRequest } from "../convert-request.ts";
import { bearerOf } from "../identity.ts";
import { sendConverted, sendConvertedStored } from "../reply.ts";
import type { HttpRooms } from "../rooms.ts";
import { requireWriter } from "../writer.ts";

export function convertRoute(app: FastifyInstance, rooms: HttpRooms): void {
  const { service, auth, settings } = rooms;
  app.post(
    "/convert",
    {
      // Before the body: a header's key is judged, and a missing one only let pass where a form may still bring it.
      onRequest: async (request, reply) => {
        const bearer = bearerOf(request.headers);
        const token = queryToken(request.query);
        const mayFollow =
          auth.required &&
          ["multipart/form-data", "application/json"].includes(
            mediaTypeOf(request),
          );
        if (bearer !== undefined || token !== undefined || !mayFollow) {
          await admit(request, reply, rooms, bearer ?? token);
        }
      },
    },
    async (request, reply) =>
      service.within(
        () => signalOf(reply.raw),
        async (session) => {
          const { input, caller } = await receive(
            request,
            reply,
            session,
            rooms,
          );
          const asked = convertRequest(
            input.options.filter(([key]) => key !== "token"),
            input.origin,
            input.files.has("overlay"),
            { resize: settings.resize },
          );
          if (asked.storing) requireWriter(auth, caller);
          return answer(reply, session, rooms, input, asked);
        },
      ),
  );
}

/** Takes the body in, and judges the key that it may bring. */
async function receive(
  request: FastifyRequest,
  reply: FastifyReply,
  session: Session,
  rooms: HttpRooms,
): Promise<{ input: ReceivedInput; caller: Caller }> {
  const known = bearerOf(request.headers);
  let caller: Caller | undefined;
  // A token behind the file comes too late to let it in, but is judged still: a wrong key is never taken for none.
  const judge = async (token: unknown): Promise<Caller> => {
    const presented = known ?? (typeof token === "string" ? token : undefined);
    if (caller === undefined || presented !== undefined)
      caller = await admit(request, reply, rooms, presented);
    return caller;
  };
  const input = await receiveInput(request, session, {
    maxBytes: rooms.settings.maxConvertBytes,
    fileParts: ["file", "overlay"],
    beforeFile: async (fields) => {
      await judge(fields.get("token") ?? queryToken(request.query));
    },
  });
  const token = input.options.find(([key]) => key === "token")?.[1];
  return { input, caller: await judge(token) };
}

async function answer(
  reply: FastifyReply,
  session: Session,
  { service, settings }: HttpRooms,
  { files }: ReceivedInput,
  { intent, source, overlayUrl, storing }: ConvertRequest,
): Promise<FastifyReply> {
  const place = storing && service.placeOf({ isPublic: false });
  const fetched = (): Promise<StoredFile> => {
    if (source) {
      const { url, field } = source;
      return service.fetch(session, url, field, settings.maxConvertBytes);
    }
    throw new ServiceError("bad_request", "There is no file to convert.", {
      field: "file",
    });
  };
  const file = files.get("file") ?? (await fetched());
  const overlay =
    files.get("overlay") ??
    (overlayUrl === undefined
      ? undefined
      : await service.fetchOverlay(
          session,
          overlayUrl,
          settings.maxConvertBytes,
        ));
  const delivery = await service.convert(session, file, intent, overlay);
  if (!storing || !place) return sendConverted(reply, session, delivery);
  const work = service.store(session, delivery, place, storing.naming);
  if (!storing.returnBinary)
    return sendConvertedStored(reply, session, delivery, await work);
  // The image is never lost because the store is.
  const stored = await work.catch((error: unknown) => {
    if (error instanceof ServiceError) return error;
    throw error;
  });
  return sendConverted(reply, session, delivery, stored);
}

function queryToken(query: unknown): string | undefined {
  const { token } = query as { token?: unknown };
  return typeof token === "string" ? token : undefined;
}
