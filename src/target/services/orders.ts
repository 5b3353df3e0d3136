import type { TargetKind } from "./target-kind.ts";
import { shopTraffic } from "./shop/traffic.ts";

export const orders: TargetKind = {
  name: "orders",
  about: "an order service on Fastify, in one process, about eight spans a request",
  example: "orders",
  fields: {},
  instrumented: "http,fastify",
  requests: shopTraffic,
  services: () => [{ service: "orders", needs: [] }],
  async serve(_, { seed }) {
    const { serveFastify } = await import("./shop/fastify-app.ts");
    const { routesOf } = await import("./shop/routes.ts");
    const { openWholeShop } = await import("./shop/shop.ts");
    return serveFastify(routesOf(openWholeShop()), seed);
  },
};
