/** A request as the parts see it: ids, contexts and attributes of a server's span. */
import { ROOT_CONTEXT, trace, TraceFlags, type Attributes, type Context } from "@opentelemetry/api";
import { deriveSeed, seededRandom } from "../../base/random.ts";

/**
 * A power of two, so that `i & (RING - 1)` walks round. So many that a processor cannot learn the digits of their ids by
 * heart, as it cannot those of new ones: of 256 a decision by the trace id took 95 ns, of 1,024 some 130, in one process
 * more than in the next, of 4,096 and more 160 to 165.
 */
export const RING = 8192;
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
  const words = Array.from({ length: characters / 8 }, () => Math.floor(random() * 2 ** 32).toString(16));
  return words.map((word) => word.padStart(8, "0")).join("");
}

export const traceIds: readonly string[] = Array.from({ length: RING }, () => hex(32));

/** So many requests are in flight, a power of two too: few, as a service has what belongs to a request in its cache. */
export const IN_FLIGHT = 64;

/** For each request in flight its context, which comes from another process. */
export function remoteParents(traceFlags: TraceFlags, requests = IN_FLIGHT): readonly Context[] {
  return traceIds
    .slice(0, requests)
    .map((traceId) => trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: hex(16), traceFlags, isRemote: true }));
}

export { ROOT_CONTEXT, TraceFlags };
