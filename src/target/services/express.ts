import type { TargetKind } from "./target-kind.ts";
import { shopTraffic } from "./shop/traffic.ts";

export const express: TargetKind = {
  name: "express",
  about: "the same order service on Express",
  example: "express",
  fields: {},
  instrumented: "http,express",
  requests: shopTraffic,
  services: () => [{ service: "express", needs: [] }],
  async serve(_, { seed }) {
    const { serveExpress } = await import("./shop/express-app.ts");
    const { routesOf } = await import("./shop/routes.ts");
    const { openWholeShop } = await import("./shop/shop.ts");
    return serveExpress(routesOf(openWholeShop()), seed);
  },
};
