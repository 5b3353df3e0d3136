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

/**
 * Answers every request after `spans` spans as OpenTelemetry's performance benchmark specification has them: without a parent,
 * created and at once ended, with an event and `attributes` attributes, whose names and values have 20 characters. One
 * of them also names the request.
 */
export function serveRoots(spans: number, attributes: number): Promise<RunningTarget> {
  const tracer = trace.getTracer("spantoll-bare");
  const names = Array.from({ length: attributes }, (_, at) => `attribute.name.${String(at).padStart(5, "0")}`);
  const given = Object.fromEntries(names.map((name) => [name, "20 characters string"]));
  return listen(
    createServer((request, response) => {
      const id = request.headers["x-request-id"];
      const named = { ...given, ...requestIdAttribute(id) };
      // one in each place as often as in any other
      const place = Number(id ?? 0) % spans;
      for (let at = 0; at < spans; at++)
        tracer
          .startSpan("span", { root: true, attributes: at === place ? named : given })
          .addEvent("event")
          .end();
      response.setHeader("content-type", "application/json").end("{}");
    }),
  );
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
