/** A request as the parts see it: ids, contexts and attributes of a server's span. */
import { ROOT_CONTEXT, trace, TraceFlags, type Attributes, type Context } from "@opentelemetry/api";
import { deriveSeed, seededRandom } from "../../base/random.ts";

/**
 * So many requests are in flight, a power of two, so that `i & (IN_FLIGHT - 1)` walks round. Few: a service has what
 * belongs to a request in its cache, and with a thousand of them it would be up to chance which of their pages share a
 * cache's lines.
 */
export const IN_FLIGHT = 64;
export const SPAN_NAME = "POST /orders";

/** What HTTP instrumentation knows when it starts a server's span. */
export const SERVER_ATTRIBUTES: Attributes = {
  "http.request.method": "POST",
  "url.path": "/orders",
  "url.scheme": "http",
  "server.address": "127.0.0.1",
  "server.port": 8080,
  "user_agent.original": "spantoll",
};

const random = seededRandom(deriveSeed(1, "micro ids"));

function hex(characters: number): string {
  return Array.from({ length: characters }, () => Math.floor(random() * 16).toString(16)).join("");
}

export const traceIds: readonly string[] = Array.from({ length: IN_FLIGHT }, () => hex(32));

/** For each request in flight its context, which comes from another process. */
export function remoteParents(traceFlags: TraceFlags): readonly Context[] {
  return traceIds.map((traceId) =>
    trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: hex(16), traceFlags, isRemote: true }),
  );
}

export { ROOT_CONTEXT, TraceFlags };
