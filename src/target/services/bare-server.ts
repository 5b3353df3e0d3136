import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { SpanKind, trace, type Tracer } from "@opentelemetry/api";
import { requestIdAttribute } from "../request-id.ts";
import type { RunningTarget } from "./target-kind.ts";
import { listen } from "./node-server.ts";

/** Answers every request after `spans` nested spans. */
export function serveBare(spans: number): Promise<RunningTarget> {
  const tracer = trace.getTracer("spantoll-bare");
  return listen(createServer((request, response) => answer(tracer, spans, request, response)));
}

function answer(tracer: Tracer, spans: number, request: IncomingMessage, response: ServerResponse): void {
  const attributes = {
    "http.request.method": request.method ?? "",
    "url.path": request.url ?? "",
    ...requestIdAttribute(request.headers["x-request-id"]),
  };
  tracer.startActiveSpan("GET", { kind: SpanKind.SERVER, attributes }, (span) => {
    const depth = nest(tracer, spans - 1);
    response.setHeader("content-type", "application/json").end(JSON.stringify({ depth: depth + 1 }));
    span.setAttribute("http.response.status_code", 200);
    span.end();
  });
}

/** `spans` spans, one inside the other; returns how many there were. */
function nest(tracer: Tracer, spans: number): number {
  if (spans === 0) return 0;
  return tracer.startActiveSpan("step", { attributes: { "step.remaining": spans } }, (span) => {
    const inner = nest(tracer, spans - 1);
    span.end();
    return inner + 1;
  });
}
