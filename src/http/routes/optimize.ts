// POST /optimize: takes the image and its options in, and sends the smallest faithful version of it.

import type { FastifyInstance } from "fastify";

import { ServiceError } from "../../errors.ts";
import { signalOf } from "../abort.ts";
import { receiveInput } from "../body.ts";
import type { ReceivedInput } from "../body.ts";
import { bearerOf } from "../identity.ts";
import { optimizeIntent } from "../optimize-options.ts";
import { badOption, entriesOf, parseJson } from "../options.ts";
import { sendOptimized } from "../reply.ts";
import type { HttpRooms } from "../rooms.ts";
import type { OptimizeIntent } from "../../image/intent.ts";

export function optimizeRoute(app: FastifyInstance, rooms: HttpRooms): void {
  const { service, auth, settings } = rooms;
  app.post(
    "/optimize",
    {
      onRequest: async (request) => {
        auth.judge(bearerOf(request.headers));
      },
    },
    async (request, reply) =>
      service.within(signalOf(reply.raw), async (session) => {
        const input = await receiveInput(request, session, {
          maxBytes: settings.maxOptimizeBytes,
          fileParts: ["file"],
          beforeFile: () => undefined,
        });
        const intent = intentOf(input, settings.defaultQuality);
        const file = input.files.get("file");
        if (file === undefined) {
          throw new ServiceError(
            "bad_request",
            "There is no file to optimize.",
            {
              field: "file",
            },
          );
        }
        return sendOptimized(
          reply,
          await service.optimize(session, file, intent),
        );
      }),
  );
}

/** In a form the options are JSON in one field, with `preset` inside or beside; else they are keys of their own. */
function intentOf(
  { options, origin }: ReceivedInput,
  defaultQuality: number,
): OptimizeIntent {
  if (options.some(([key]) => key === "url")) {
    throw badOption(
      "url",
      "Fetching images from URLs is not available in this version.",
    );
  }
  const packed = options.find(([key]) => key === "options");
  if (packed === undefined)
    return optimizeIntent(options, origin, defaultQuality);
  const parsed =
    typeof packed[1] === "string" ? parseJson(packed[1], "options") : packed[1];
  const beside = options.filter(([key]) => key !== "options");
  const strange = beside.find(([key]) => key !== "preset");
  if (strange) {
    throw badOption(
      strange[0].slice(0, 60),
      `${strange[0].slice(0, 60)} belongs inside "options" when that is given.`,
    );
  }
  return optimizeIntent(
    [...entriesOf(parsed, "options"), ...beside],
    "json",
    defaultQuality,
  );
}
