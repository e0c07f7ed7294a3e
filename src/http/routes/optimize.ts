// POST /optimize: takes the image and its options in, and sends the smallest faithful version of it, or stores it.

import type { FastifyInstance } from "fastify";

import { ServiceError } from "../../errors.ts";
import { signalOf } from "../abort.ts";
import { admit } from "../admission.ts";
import { receiveInput } from "../body.ts";
import type { ReceivedInput } from "../body.ts";
import { bearerOf } from "../identity.ts";
import { optimizeRequest } from "../optimize-options.ts";
import type { OptimizeRequest } from "../optimize-options.ts";
import { badOption } from "../options.ts";
import { sendOptimized, sendOptimizedStored } from "../reply.ts";
import type { HttpRooms } from "../rooms.ts";
import { requireWriter } from "../writer.ts";
import type { Session } from "../../service/session.ts";
import type { StoredFile } from "../../sources/source.ts";

export function optimizeRoute(app: FastifyInstance, rooms: HttpRooms): void {
  const { service, auth, settings } = rooms;
  app.post(
    "/optimize",
    {
      onRequest: async (request, reply) => {
        await admit(request, reply, rooms, bearerOf(request.headers));
      },
    },
    async (request, reply) =>
      service.within(
        () => signalOf(reply.raw),
        async (session) => {
          const input = await receiveInput(request, session, {
            maxBytes: settings.maxOptimizeBytes,
            fileParts: ["file"],
            beforeFile: () => undefined,
          });
          const asked = optimizeRequest(
            input.options,
            input.origin,
            settings.defaultQuality,
          );
          const { storage } = asked;
          if (storage)
            requireWriter(auth, auth.judge(bearerOf(request.headers)));
          const place = storage && service.placeOf(storage.destination);
          const file = await imageOf(rooms, session, input, asked);
          const delivery = await service.optimize(session, file, asked.intent);
          if (!storage || !place)
            return sendOptimized(reply, session, delivery);
          const { key } = storage;
          const stored = await service.store(session, delivery, place, { key });
          return sendOptimizedStored(reply, session, delivery, stored);
        },
      ),
  );
}

/** The image, however it comes. Throws `bad_request` when it comes in no way or in two. */
async function imageOf(
  { service, settings }: HttpRooms,
  session: Session,
  { files }: ReceivedInput,
  { source }: OptimizeRequest,
): Promise<StoredFile> {
  const file = files.get("file");
  if (file && source)
    throw badOption("url", "A file and a url cannot both be given.");
  if (file) return file;
  if (source) {
    const { url, field } = source;
    return service.fetch(session, url, field, settings.maxOptimizeBytes);
  }
  throw new ServiceError("bad_request", "There is no file to optimize.", {
    field: "file",
  });
}
