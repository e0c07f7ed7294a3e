// POST /convert: takes the image, the logo and the fields in, and sends the result.

import type { FastifyInstance } from "fastify";

import { ServiceError } from "../../errors.ts";
import { receiveInput, mediaTypeOf } from "../body.ts";
import { convertIntent } from "../convert-options.ts";
import { bearerOf } from "../identity.ts";
import { sendConverted } from "../reply.ts";
import type { HttpRooms } from "../rooms.ts";
import { signalOf } from "../abort.ts";

export function convertRoute(app: FastifyInstance, rooms: HttpRooms): void {
  const { service, auth, settings } = rooms;
  app.post(
    "/convert",
    {
      // Before the body: a header's key is judged, and a missing one only let pass where a form may still bring it.
      onRequest: async (request) => {
        const bearer = bearerOf(request.headers);
        const query = request.query as Record<string, unknown>;
        const token =
          typeof query["token"] === "string" ? query["token"] : undefined;
        const mayFollow = ["multipart/form-data", "application/json"].includes(
          mediaTypeOf(request),
        );
        if (bearer !== undefined || token !== undefined || !mayFollow) {
          auth.judge(bearer ?? token);
        }
      },
    },
    async (request, reply) =>
      service.within(signalOf(reply.raw), async (session) => {
        const known = bearerOf(request.headers);
        let judged = false;
        // A token behind the file comes too late to let it in, but is judged still: a wrong key is never taken for none.
        const judge = (token: unknown): void => {
          if (known !== undefined || (judged && token === undefined)) return;
          auth.judge(typeof token === "string" ? token : undefined);
          judged = true;
        };
        const { files, options, origin } = await receiveInput(
          request,
          session,
          {
            maxBytes: settings.maxConvertBytes,
            fileParts: ["file", "overlay"],
            beforeFile: (fields) =>
              judge(fields.get("token") ?? queryToken(request.query)),
          },
        );
        const token = options.find(([key]) => key === "token")?.[1];
        judge(token);
        const file = files.get("file");
        const overlay = files.get("overlay");
        const intent = convertIntent(
          options.filter(([key]) => key !== "token"),
          origin,
          overlay !== undefined,
          { resize: settings.resize },
        );
        if (file === undefined) {
          throw new ServiceError(
            "bad_request",
            "There is no file to convert.",
            {
              field: "file",
            },
          );
        }
        const delivery = await service.convert(session, file, intent, overlay);
        return sendConverted(reply, delivery);
      }),
  );
}

function queryToken(query: unknown): string | undefined {
  const { token } = query as { token?: unknown };
  return typeof token === "string" ? token : undefined;
}
