import type { FastifyReply, FastifyRequest } from "fastify";
import type { RunningTarget } from "../../kinds.ts";
import { KEEP_ALIVE_MS } from "../node-server.ts";
import type { Answer } from "./answer.ts";
import { shopRequest, type ShopRequest } from "./request.ts";
import type { Shop } from "./shop.ts";

/** One route of a Fastify service: the path in Fastify's notation, and what answers it. */
export interface Route {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** `param` is the path's only parameter, or empty. Its name becomes the name of the handler's span. */
  readonly handler: (param: string, body: unknown, request: ShopRequest) => Promise<Answer>;
}

export function shopRoutes(shop: Shop): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/orders/:id",
      handler: function readOrder(id, _, request) {
        return shop.read(id, request);
      },
    },
    {
      method: "POST",
      path: "/orders",
      handler: function placeOrder(_, body, request) {
        return shop.place(body, request);
      },
    },
    {
      method: "POST",
      path: "/orders/:id/refund",
      handler: function refundOrder(id, _, request) {
        return shop.refund(id, request);
      },
    },
    {
      method: "GET",
      path: "/recommendations/:customer",
      handler: function recommend(customer, _, request) {
        return shop.recommend(customer, request);
      },
    },
  ];
}

/** Starts a Fastify service on 127.0.0.1 and a free port. */
export async function serveFastify(routes: readonly Route[], seed: number): Promise<RunningTarget> {
  const { fastify } = await import("fastify");
  const app = fastify({
    requestIdHeader: "x-request-id",
    forceCloseConnections: true,
    keepAliveTimeout: KEEP_ALIVE_MS,
  });
  for (const { method, path, handler } of routes) {
    const serve = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
      const [param = ""] = Object.values(request.params as Readonly<Record<string, string>>);
      const { status, body } = await handler(param, request.body, shopRequest(seed, request.id));
      reply.code(status);
      return body;
    };
    Object.defineProperty(serve, "name", { value: handler.name });
    app.route({ method, url: path, handler: serve });
  }
  const origin = await app.listen({ host: "127.0.0.1", port: 0 });
  return { origin, close: () => app.close() };
}
