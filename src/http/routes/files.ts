// GET /files/<key>: what the local store holds, for anyone where it is public, else for those with a signed address.

import type { FastifyInstance } from "fastify";

import { ServiceError } from "../../errors.ts";
import { CONTENT_POLICY } from "../content-policy.ts";
import type { HttpRooms } from "../rooms.ts";

interface Signature {
  expires?: unknown;
  sig?: unknown;
}

export function filesRoute(app: FastifyInstance, { files }: HttpRooms): void {
  app.route<{ Params: { "*": string }; Querystring: Signature }>({
    // Of a HEAD that it makes itself, Fastify would say that the length is 0.
    method: ["GET", "HEAD"],
    url: "/files/*",
    handler: async (request, reply) => {
      const { expires, sig } = request.query;
      const signature =
        typeof expires === "string" && typeof sig === "string"
          ? { expires, sig }
          : undefined;
      const found = await files.read(request.params["*"], signature);
      // One answer for what is not there and what is not the caller's.
      if (!found) throw new ServiceError("not_found", "There is no such file.");
      const { file, bytes, mediaType, cacheControl, etag } = found;
      const scope = signature ? "private" : "public";
      reply.headers({
        etag,
        "cache-control": `${scope}, ${cacheControl}`,
        "content-security-policy": CONTENT_POLICY,
        "cross-origin-resource-policy": "cross-origin",
      });
      if (request.headers["if-none-match"] === etag) {
        await file.close();
        return reply.code(304).send();
      }
      reply.headers({ "content-type": mediaType, "content-length": bytes });
      if (request.method !== "HEAD")
        return reply.send(file.createReadStream({ autoClose: true }));
      await file.close();
      return reply.send();
    },
  });
}
