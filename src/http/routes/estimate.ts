// POST /estimate: takes the image and the options of /optimize in, and tells what would come of them, and how sure that is.

import type { FastifyInstance } from "fastify";

import { ServiceError } from "../../errors.ts";
import type { Prediction } from "../../service/prediction.ts";
import type { Session } from "../../service/session.ts";
import { signalOf } from "../abort.ts";
import { admit } from "../admission.ts";
import { receiveInput } from "../body.ts";
import type { ReceivedInput } from "../body.ts";
import { estimateReply } from "../estimate-reply.ts";
import { estimateRequest } from "../estimate-options.ts";
import type { EstimateRequest } from "../estimate-options.ts";
import { bearerOf } from "../identity.ts";
import { badOption } from "../options.ts";
import { timingOf } from "../reply.ts";
import type { HttpRooms } from "../rooms.ts";

export function estimateRoute(app: FastifyInstance, rooms: HttpRooms): void {
  const { service, settings } = rooms;
  app.post(
    "/estimate",
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
          const asked = estimateRequest(
            input.options,
            input.origin,
            settings.defaultQuality,
          );
          const prediction = await predict(rooms, session, input, asked);
          reply.header("server-timing", timingOf(session));
          return estimateReply(prediction);
        },
        "estimate",
      ),
  );
}

/** Throws `bad_request` when the image comes in no way or in two. */
async function predict(
  { service, settings }: HttpRooms,
  session: Session,
  { files }: ReceivedInput,
  { asked, source, hints }: EstimateRequest,
): Promise<Prediction> {
  const intent = {
    verb: "estimate",
    asked,
    budgetMs: settings.estimateBudgetMs,
  } as const;
  const file = files.get("file");
  if (file && source)
    throw badOption("url", "A file and a url cannot both be given.");
  if (file) return service.estimate(session, file, intent);
  if (source) {
    return service.estimateUrl(session, source, intent, {
      maxBytes: settings.maxOptimizeBytes,
      fileBytes: hints.file_size,
      thumbnailUrl: hints.thumbnail_url,
    });
  }
  throw new ServiceError("bad_request", "There is no file to estimate.", {
    field: "file",
  });
}
