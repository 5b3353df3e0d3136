import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { NextFunction, Request, Response } from "express";
import type { RunningTarget } from "../target-kind.ts";
import { listen } from "../node-server.ts";
import type { Route } from "./routes.ts";
import { shopRequest } from "./step.ts";

/** Starts an Express service on 127.0.0.1 and a free port. */
export async function serveExpress(routes: readonly Route[], seed: number): Promise<RunningTarget> {
  // By `require`, so that the instrumentation finds it.
  const express = createRequire(import.meta.url)("express") as typeof import("express");
  const app = express();
  let unnamed = 0;
  app.disable("x-powered-by");
  app.use(express.json());
  for (const { method, path, handle } of routes) {
    const handler = async (request: Request<Record<string, string>>, response: Response): Promise<void> => {
      const requestId = request.get("x-request-id") ?? `req-${++unnamed}`;
      const { status, body } = await handle(request.params, request.body, shopRequest(seed, requestId));
      response.status(status).json(body);
    };
    app[method === "GET" ? "get" : "post"](path, handler);
  }
  app.use(answerFailure);
  return listen(createServer(app));
}

/** Express recognises an error handler by its four parameters. A body that is not JSON has status 400. */
function answerFailure(
  error: Error & { readonly status?: number },
  _request: Request,
  response: Response,
  _next: NextFunction,
): void {
  if (error.status === undefined) console.error(error);
  response.status(error.status ?? 500).json({ error: error.message });
}
