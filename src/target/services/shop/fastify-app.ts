import type { FastifyReply, FastifyRequest } from "fastify";
import type { RunningTarget } from "../target-kind.ts";
import { KEEP_ALIVE_MS } from "../node-server.ts";
import type { Route } from "./routes.ts";
import { shopRequest } from "./step.ts";

/** Starts a Fastify service on 127.0.0.1 and a free port. */
export async function serveFastify(routes: readonly Route[], seed: number): Promise<RunningTarget> {
  const { fastify } = await import("fastify");
  const app = fastify({
    requestIdHeader: "x-request-id",
    forceCloseConnections: true,
    keepAliveTimeout: KEEP_ALIVE_MS,
  });
  for (const route of routes) {
    const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
      const { status, body } = await route.handle(request.params, request.body, shopRequest(seed, request.id));
      reply.code(status);
      return body;
    };
    Object.defineProperty(handler, "name", { value: route.name });
    app.route({ method: route.method, url: route.path, handler });
  }
  const origin = await app.listen({ host: "127.0.0.1", port: 0 });
  return { origin, close: () => app.close() };
}
