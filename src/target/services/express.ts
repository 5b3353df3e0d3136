import type { TargetKind } from "../kinds.ts";
import { shopTraffic } from "./shop/traffic.ts";

export const express: TargetKind = {
  name: "express",
  about: "the same order service on Express",
  example: "express",
  fields: {},
  instrumented: ["http", "express"],
  requests: shopTraffic,
  services: () => [{ service: "express", needs: [] }],
  async serve(_, { seed }) {
    const [{ serveExpress }, { wholeShop }] = await Promise.all([
      import("./shop/express-app.ts"),
      import("./shop/whole-shop.ts"),
    ]);
    return serveExpress(wholeShop(), seed);
  },
};
