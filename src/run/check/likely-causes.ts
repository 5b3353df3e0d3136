/** Why no span arrives, if nothing that was seen says so. */
import { type Cause, ENDPOINT, FROM_VARIABLES } from "./cause.ts";
import type { Observation } from "./observation.ts";

export const NO_SDK =
  "leave out own_sdk, and Spantoll traces it; or load your set-up before the service, such as node --require ./tracing.cjs";

export const REGISTER_IN_PYTHON =
  "call trace.set_tracer_provider(provider) in each process that serves, before the app is made, or start it with opentelemetry-instrument";

export const isPython = (listeners: readonly string[]): boolean =>
  listeners.some((words) => /python|uvicorn|gunicorn|hypercorn/.test(words));

const isNode = (listeners: readonly string[]): boolean => listeners.some((words) => /\bnode(?:js)?\b/i.test(words));

/** Of OTLP, Zipkin, Jaeger and Datadog. */
const EXPORT_PORTS = new Set([4317, 4318, 8126, 9411, 14250, 14268, 55680, 55681]);
/** Of names, mail, directories, databases, caches and queues: nothing is exported there. */
const OTHER_PORTS = new Set(
  (
    "25 53 389 465 587 636 1433 1521 1883 2181 2379 3306 4222 5432 5433 5671 5672 6379 6380" +
    " 6432 8529 8883 9042 9092 9093 9200 9300 11211 26257 26379 27017 27018 33060 61613 61616"
  )
    .split(" ")
    .map(Number),
);

/** Those of the ports called to which spans may go: if some are usual for it, these alone. */
function exportPortsOf(called: readonly number[]): readonly number[] {
  const usual = called.filter((port) => EXPORT_PORTS.has(port));
  return usual.length > 0 ? usual : called.filter((port) => !OTHER_PORTS.has(port));
}

/** The likeliest first. Connections to another port are the only sign of any. */
export function likelyCauses(observation: Observation): Cause[] {
  const { facts, listeners } = observation;
  const ports = exportPortsOf(observation.portsCalled);
  const others =
    facts === undefined
      ? unseenCauses(listeners)
      : [{ what: "its processor or exporter is set in code", fix: FROM_VARIABLES }];
  const elsewhere = { what: "the SDK sends to an address of its own, at another port or path", fix: ENDPOINT };
  const seen = `the SDK sends to an address of its own: the service has connections to port ${ports.join(", ")}`;
  const isFirst = facts !== undefined || ports.length > 0;
  const address = ports.length > 0 ? { ...elsewhere, what: seen } : elsewhere;
  return (isFirst ? [address, ...others] : [...others, address]).map((one) => ({ ...one, isGuess: true }));
}

/** Of a service into which nothing looks. */
function unseenCauses(listeners: readonly string[]): Cause[] {
  if (listeners.length === 0 || isNode(listeners))
    return [
      { what: "the service has no tracing, or sets it up too late", fix: NO_SDK },
      { what: "its sampler keeps nothing, or it has no exporter", fix: FROM_VARIABLES },
    ];
  const [register, ratio] = isPython(listeners)
    ? [REGISTER_IN_PYTHON, "TraceIdRatioBased(0)"]
    : [
        "register it before the service listens, or start the service with its language's agent",
        "a sampler with ratio 0",
      ];
  return [
    { what: "no tracer provider is registered", fix: register },
    {
      what: "the sampler samples nothing",
      fix: `leave OTEL_TRACES_SAMPLER_ARG=0 out of the command, and ${ratio} out of the code`,
    },
    {
      what: "the tracer provider has no span processor with an exporter",
      fix: "add one, and set no option of it in code",
    },
  ];
}
