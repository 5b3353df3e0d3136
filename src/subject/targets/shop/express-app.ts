import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { Request, Response } from "express";
import type { RunningTarget } from "../../kinds.ts";
import { listen } from "../node-server.ts";
import type { Answer } from "./answer.ts";
import { shopRequest, type ShopRequest } from "./request.ts";
import type { Shop } from "./shop.ts";

/** Starts the shop on Express, on 127.0.0.1 and a free port. */
export async function serveExpress(shop: Shop, seed: number): Promise<RunningTarget> {
  // Through `require`, where the instrumentation of a CommonJS service finds it.
  const express = createRequire(import.meta.url)("express") as typeof import("express");
  const app = express();
  let unnamed = 0;
  const handling =
    (handler: (param: string, body: unknown, request: ShopRequest) => Promise<Answer>) =>
    async (request: Request<{ id?: string }>, response: Response): Promise<void> => {
      const requestId = request.get("x-request-id") ?? `req-${++unnamed}`;
      const { status, body } = await handler(request.params.id ?? "", request.body, shopRequest(seed, requestId));
      response.status(status).json(body);
    };
  app.disable("x-powered-by");
  app.use(express.json());
  app.get(
    "/orders/:id",
    handling((id, _, request) => shop.read(id, request)),
  );
  app.post(
    "/orders",
    handling((_, body, request) => shop.place(body, request)),
  );
  app.post(
    "/orders/:id/refund",
    handling((id, _, request) => shop.refund(id, request)),
  );
  app.get(
    "/recommendations/:id",
    handling((customer, _, request) => shop.recommend(customer, request)),
  );
  return listen(createServer(app));
}
