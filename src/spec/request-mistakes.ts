import { METHODS, validateHeaderName, validateHeaderValue } from "node:http";
import { didYouMean } from "../base/problem.ts";
import { phaseRow } from "./phases.ts";
import type { Scenario } from "./scenario.ts";

/** Headers of W3C Trace Context, B3, Jaeger, X-Ray, Datadog, Google Cloud, Sentry and SkyWalking. */
const CONTEXT =
  /^(?:trace(?:parent|state)|b3|x-b3-.+|uber-trace-id|x-amzn-trace-id|x-datadog-.+|x-cloud-trace-context|sentry-trace|sw8|ot-tracer-.+|elastic-apm-traceparent|grpc-trace-bin|newrelic|x-instana-.+)$/i;

/** What the drivers write themselves, or cannot send: undici throws, and a wrong length breaks the next request. */
const DRIVERS_OWN = new Map([
  ["content-length", "the driver writes it from the body"],
  ["transfer-encoding", "the driver sends a body with its length"],
  ["expect", "the driver sends a body at once"],
  ["upgrade", "the driver speaks HTTP/1.1 alone"],
  ["keep-alive", 'the server sets it; "connection": "close" ends the connection after each request'],
  ["x-request-id", "it carries the id of the request, which is {id}, so that spans can name it"],
]);

/** CONNECT is answered by a tunnel. */
const SENDABLE = METHODS.filter((method) => method !== "CONNECT");
/** autocannon refuses other methods, and waits for the body that an answer to HEAD announces and has not. */
const SENDABLE_CLOSED = new Set(["GET", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"]);

/** What the drivers cannot send as the scenario says; empty if they can send all. */
export function requestMistakes({ requests, phases }: Pick<Scenario, "requests" | "phases">): string[] {
  const isClosed = phases.some((phase) => phaseRow(phase).loop === "closed");
  return requests.flatMap(({ method, path, headers = {} }, at) => [
    ...methodMistakes(`requests.${at}.method "${method}"`, method, isClosed),
    ...(/[^\u0021-\u007e]/.test(path)
      ? [`requests.${at}.path "${path}": expected ASCII without spaces, such as ${encoded(path)}`]
      : []),
    ...Object.entries(headers).flatMap(([name, value]) =>
      headerMistakes(`requests.${at}.headers "${name}"`, name, value),
    ),
  ]);
}

/** `{n}` and `{id}` stay as they are. */
function encoded(path: string): string {
  return path.replace(/[^\u0021-\u007e]+/g, (text) => encodeURIComponent(text.toWellFormed()));
}

function methodMistakes(where: string, method: string, isClosed: boolean): string[] {
  if (!SENDABLE.includes(method))
    return [`${where}: expected a method of HTTP${didYouMean(method, SENDABLE)}, such as GET or POST`];
  if (!isClosed || SENDABLE_CLOSED.has(method)) return [];
  return [
    `${where}: the phase capacity cannot send it; measure without that phase: --phase cost --phase latency, or "phases": ["cost", "latency"]`,
  ];
}

function headerMistakes(where: string, name: string, value: string): string[] {
  if (CONTEXT.test(name))
    return [
      `${where}: expected no trace context, because it would put all these requests into one trace; "parent": {"sampled": 0.5} gives each a traceparent of its own`,
    ];
  const own = DRIVERS_OWN.get(name.toLowerCase());
  if (own !== undefined) return [`${where}: expected no such header, because ${own}`];
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return [];
  } catch (error) {
    return [`${where}: ${(error as Error).message}`];
  }
}
