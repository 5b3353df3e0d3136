/** Why no span of a service with its own SDK arrives. */
import { HTTP2_REFUSAL, TLS_REFUSAL } from "../../sink/receive/http-server.ts";
import { FLUSH_IN_PYTHON } from "../gates/own-sdk-gates.ts";
import { ENDPOINT, VARIABLES, wrong, type Verdict } from "./check-line.ts";
import type { Observation } from "./observation.ts";
import { batchFaults, libraryFaults, NODE, notSetUp, providerFaults, PYTHON, uninstrumented } from "./set-up.ts";

/** What a sampler's description says of requests with a caller. */
export const REMOTE = /, ?remoteParent.*/;

const isPython = (listeners: readonly string[]): boolean =>
  listeners.some((words) => /python|uvicorn|gunicorn|hypercorn/.test(words));
const isNode = (listeners: readonly string[]): boolean => listeners.some((words) => /\bnode(?:js)?\b/i.test(words));

/** Those that are sure, or the likely ones, the most likely first; then what else is wrong, and would show once spans arrive. */
export function causesOf(seen: Observation): Verdict[] {
  // a Node that only starts the service, such as npm, says nothing of it
  const isStarter = seen.facts?.packages.length === 0 && seen.facts.isPython !== true && isPython(seen.listeners);
  const observation = isStarter ? { ...seen, facts: undefined } : seen;
  const { facts } = observation;
  const first = (...looks: ((observation: Observation) => Verdict[])[]): Verdict[] =>
    looks.map((look) => look(observation)).find(({ length }) => length > 0) ?? [];
  const sure = [
    ...first(switchedOff, refused, undelivered, notSetUp),
    ...providerFaults(observation),
    ...(facts === undefined ? [] : libraryFaults(facts)),
  ];
  const batch = batchFaults(observation);
  const isTooLong = facts?.processors?.some(({ delayMs = 0 }) => delayMs > observation.waitedMs) === true;
  const why = [...sure, ...(isTooLong ? batch : [])];
  const all = [...(why.length > 0 ? why : first(uninstrumented, likelyCauses)), ...batch, ...unflushed(observation)];
  return [...new Map(all.map((one) => [one.text, one])).values()];
}

function switchedOff({ facts, environment }: Observation): Verdict[] {
  const env: Readonly<Record<string, string>> = { ...environment, ...facts?.env };
  const { OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: share } = env;
  const causes: Verdict[] = [];
  const set = "the service's code or command sets";
  if (env["OTEL_SDK_DISABLED"]?.toLowerCase() === "true")
    causes.push(wrong(`${set} OTEL_SDK_DISABLED=true, which switches its SDK off`, "remove it"));
  if (env["OTEL_TRACES_EXPORTER"] === "none")
    causes.push(wrong(`${set} OTEL_TRACES_EXPORTER=none, so there is no exporter`, VARIABLES));
  const named = name?.endsWith("traceidratio") && Number(share) === 0 ? `${name} with ratio 0` : name;
  const sampler = (facts?.sampler ?? named)?.replace(REMOTE, "}");
  if (/AlwaysOff\w*}?$|TraceIdRatioBased\{0(?:\.0+)?\}|always_off|ratio 0$/i.test(sampler ?? ""))
    causes.push(wrong(`the service's sampler keeps nothing (${sampler}), though always_on was asked`, VARIABLES));
  return causes;
}

const HTTPS = "the service sends its spans by https to a port that speaks plain HTTP";

/** What the sink has refused. */
function refused({ result: { refusals } }: Observation): Verdict[] {
  const [reason] = refusals;
  if (reason === undefined) return [];
  if (reason === TLS_REFUSAL) return [wrong(HTTPS, ENDPOINT)];
  const isGrpc = reason === HTTP2_REFUSAL;
  if (!isGrpc && !reason.startsWith("HTTP/2: "))
    return [wrong(`the service's exports are refused: ${reason}`, ENDPOINT)];
  const [sent, asked, exporter] = isGrpc
    ? ["gRPC", "OTLP/HTTP", "otlp-grpc"]
    : ["OTLP/HTTP", "gRPC", "otlp-http/protobuf"];
  const fix = `use the ${asked} exporter, or measure with --exporter ${exporter}`;
  return [wrong(`the service sends ${sent} to the port of ${asked}`, fix)];
}

const REFUSED =
  /(?:ECONNREFUSED (?:::ffff:)?(\S+:\d+))|host='?([^',)]+)'?, port=(\d+)[\s\S]*?(?:refused)|(?:connection refused|UNAVAILABLE)[\s\S]{0,200}?((?:127\.0\.0\.1|localhost|\[::1\]):\d+)|((?:127\.0\.0\.1|localhost|\[::1\]):\d+)[\s\S]{0,200}?(?:connection refused|UNAVAILABLE)/i;

/** What the SDK says of its exports. */
function undelivered({ facts, output }: Observation): Verdict[] {
  const said = [...(facts?.messages ?? []), output].join("\n");
  const connection = REFUSED.exec(said);
  if (connection !== null) {
    const [, node, host, port, before, after] = connection;
    const where = node ?? before ?? after ?? `${host}:${port}`;
    return [wrong(`nothing listens where the service sends its spans: ${where}`, ENDPOINT)];
  }
  if (/EPROTO|WRONG_VERSION_NUMBER/.test(said)) return [wrong(HTTPS, ENDPOINT)];
  const groupIn = (pattern: RegExp): string | undefined => pattern.exec(said)?.slice(1).find(Boolean);
  const host = groupIn(/(?:ENOTFOUND|EAI_AGAIN) ([\w.-]+)|Failed to resolve '([^']+)'/);
  if (host !== undefined) return [wrong(`the service sends its spans to an unknown host: ${host}`, ENDPOINT)];
  const status = groupIn(/Failed to export[^\n]*code: (\d{3})|"code":"?(\d{3})/);
  return status === undefined ? [] : [wrong(`what the service sends its spans to answers ${status}`, ENDPOINT)];
}

/** A queue in a service whose Node processes all end at once by a signal. */
function unflushed({ facts }: Observation): Verdict[] {
  const hasQueue = facts?.processors?.some(({ queue = 0 }) => queue > 0) === true;
  if (!hasQueue || facts.isEndedGently) return [];
  const what = "no Node process of the service listens to SIGTERM, so it ends without exporting its queue";
  return [wrong(what, flushFix({ listeners: [], facts }))];
}

/** What fits the service: a server of ASGI catches the signal itself. */
export function flushFix({ listeners, facts }: Pick<Observation, "listeners" | "facts">): string {
  if (facts?.isPython === true || isPython(listeners)) {
    const isAsgi = facts?.isAsgi === true || listeners.some((words) => /uvicorn|hypercorn|daphne|granian/i.test(words));
    return isAsgi ? FLUSH_IN_PYTHON.asgi : FLUSH_IN_PYTHON.plain;
  }
  return "on SIGTERM, shut the SDK down and wait for it (Node: await sdk.shutdown(), then process.exit()); pm2 sends SIGINT instead, and the parent of a cluster must wait for its workers";
}

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

/** If nothing that was seen says so: the likeliest first. Connections to another port are the only sign of any. */
export function likelyCauses({
  facts,
  listeners,
  portsCalled,
}: Pick<Observation, "facts" | "listeners" | "portsCalled">): Verdict[] {
  const ports = exportPortsOf(portsCalled);
  const elsewhere =
    ports.length > 0 ? `: the service has connections to port ${ports.join(", ")}` : ", at another port or path";
  const address = wrong(`the SDK sends to an address of its own${elsewhere}`, ENDPOINT);
  const others =
    facts === undefined
      ? [
          wrong("no tracer provider is registered, or too late", registerFix(listeners)),
          wrong("its sampler keeps nothing", VARIABLES),
          wrong("it has no span processor with an exporter", "add one, and set no option of it in code"),
        ]
      : [wrong("its processor or exporter is set in code", VARIABLES)];
  const isFirst = facts !== undefined || ports.length > 0;
  return (isFirst ? [address, ...others] : [...others, address]).map((one) => ({ ...one, isGuess: true }));
}

function registerFix(listeners: readonly string[]): string {
  if (isPython(listeners)) return PYTHON.provider;
  if (listeners.length === 0 || isNode(listeners)) return NODE.sdk;
  return "register it before the service listens, or start the service with its language's agent";
}
