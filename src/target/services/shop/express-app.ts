import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { NextFunction, Request, Response } from "express";
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
    async (request: Request<Record<string, string>>, response: Response): Promise<void> => {
      const requestId = request.get("x-request-id") ?? `req-${++unnamed}`;
      const [param = ""] = Object.values(request.params);
      const { status, body } = await handler(param, request.body, shopRequest(seed, requestId));
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
    "/recommendations/:customer",
    handling((customer, _, request) => shop.recommend(customer, request)),
  );
  app.use(answerFailure);
  return listen(createServer(app));
}

/** Express knows an error handler by its four parameters. A body that is no JSON comes here with status 400. */
function answerFailure(
  error: Error & { readonly status?: number },
  _request: Request,
  response: Response,
  _next: NextFunction,
): void {
  if (error.status === undefined) console.error(error);
  response.status(error.status ?? 500).json({ error: error.message });
}
