/** Why no span of a service with its own SDK arrives. */
import { formatDuration } from "../../base/units.ts";
import type { SdkFacts } from "../../target/probe/sdk-facts.ts";
import { HTTP2_REFUSAL } from "../../sink/receive/http-server.ts";
import type { Observation } from "./observation.ts";

/** What is wrong, and what to do about it. */
export interface Cause {
  readonly what: string;
  readonly fix: string;
}

const ENDPOINT = "take the exporter's address from OTEL_EXPORTER_OTLP_TRACES_ENDPOINT as it is, and set none in code";
const FROM_VARIABLES = "leave it out of code and command, so that OTEL_* variables decide";

export const REGISTER_EARLY = "register it before the service listens: load the set-up with --require or --import";

const cause = (what: string, fix: string): Cause[] => [{ what, fix }];

/** The one that is sure, or the likely ones, the most likely first. */
export function causesOf(observation: Observation): Cause[] {
  for (const look of [switchedOff, refused, undelivered, notSetUp, likely]) {
    const causes = look(observation);
    if (causes.length > 0) return causes;
  }
  return [];
}

export function causeText(causes: readonly Cause[]): string {
  const texts = causes.map(({ what, fix }) => `${what}. Fix: ${fix}`);
  return texts.length === 1 ? texts[0]! : texts.map((text, at) => `(${at + 1}) ${text}`).join(" ");
}

function switchedOff({ facts, environment }: Observation): Cause[] {
  const env: Readonly<Record<string, string>> = { ...environment, ...facts?.env };
  const causes: Cause[] = [];
  const add = (what: string, fix: string): unknown => causes.push({ what, fix });
  const isOff = (name: string): boolean => env[name]?.toLowerCase() === "true";
  if (isOff("OTEL_SDK_DISABLED"))
    add("the service's code or command sets OTEL_SDK_DISABLED=true, which switches its SDK off", "remove it");
  if (env["OTEL_TRACES_EXPORTER"] === "none")
    add("the service's code or command sets OTEL_TRACES_EXPORTER=none, so there is no exporter", FROM_VARIABLES);
  const sampler = facts?.sampler ?? samplerOf(env);
  if (/AlwaysOff\w*}?$|TraceIdRatioBased\{0\}|always_off|ratio 0$/i.test(sampler?.replace(/remoteParent.*/, "") ?? ""))
    add(`the service's sampler keeps nothing (${sampler}), though always_on was asked`, FROM_VARIABLES);
  return causes;
}

function samplerOf(env: Readonly<Record<string, string>>): string | undefined {
  const { OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: share } = env;
  return name?.endsWith("traceidratio") && Number(share) === 0 ? `${name} with ratio 0` : name;
}

/** What the sink has refused. */
function refused({ result }: Observation): Cause[] {
  const [reason] = result.refusals;
  if (reason === undefined) return [];
  if (reason === HTTP2_REFUSAL)
    return cause(
      "the service sends gRPC to the port of OTLP/HTTP",
      "use the OTLP/HTTP exporter, or measure with --exporter otlp-grpc",
    );
  if (reason.startsWith("HTTP/2: "))
    return cause(
      "the service sends OTLP/HTTP to the port of gRPC",
      "use the gRPC exporter, or measure with --exporter otlp-http/protobuf",
    );
  return cause(`the service's exports are refused: ${reason}`, ENDPOINT);
}

const REFUSED =
  /(?:ECONNREFUSED (?:::ffff:)?(\S+:\d+))|host='?([^',)]+)'?, port=(\d+)[\s\S]*?(?:refused)|(?:connection refused|UNAVAILABLE)[\s\S]{0,200}?((?:127\.0\.0\.1|localhost|\[::1\]):\d+)|((?:127\.0\.0\.1|localhost|\[::1\]):\d+)[\s\S]{0,200}?(?:connection refused|UNAVAILABLE)/i;
const STATUS = /(?:Failed to export[^\n]*code: (\d{3})|"code":"?(\d{3}))/;

/** What the SDK says of its exports. */
function undelivered({ facts, output }: Observation): Cause[] {
  const said = [...(facts?.messages ?? []), output].join("\n");
  const connection = REFUSED.exec(said);
  if (connection !== null) {
    const [, node, host, port, before, after] = connection;
    const where = node ?? before ?? after ?? `${host}:${port}`;
    return cause(`nothing listens where the service sends its spans: ${where}`, ENDPOINT);
  }
  const [, python, node] = STATUS.exec(said) ?? [];
  const status = python ?? node;
  if (status === undefined) return [];
  return cause(`what the service sends its spans to answers ${status}`, ENDPOINT);
}

/** After the first request that the process can have served: a worker that listens later has served none before. */
export function providerLateMs({ providerAtMs, listenedAtMs = 0 }: SdkFacts, probedAtMs: number): number {
  return providerAtMs! - Math.max(probedAtMs, listenedAtMs);
}

/** What a Node process shows of its set-up. */
function notSetUp({ facts, probedAtMs, waitedMs }: Observation): Cause[] {
  if (facts === undefined) return [];
  const { packages, provider, messages, processors } = facts;
  if (!packages.some((name) => /\/(?:sdk-|auto-)/.test(name)))
    return cause("the service loads no SDK of OpenTelemetry", NO_SDK);
  const mismatch = messages.find((message) => message.includes("does not match previously registered API"));
  if (mismatch !== undefined)
    return cause("two versions of @opentelemetry/api are loaded", "npm dedupe, so that all packages share one");
  if (provider === undefined)
    return cause(
      "OpenTelemetry is loaded, and no tracer provider was registered",
      "call sdk.start() or provider.register() before the service listens: a provider that is only constructed gets no spans",
    );
  const lateMs = providerLateMs(facts, probedAtMs);
  if (lateMs > 0)
    return cause(`the tracer provider was registered ${secondsOf(lateMs)} after the first request`, REGISTER_EARLY);
  const slow = processors.find(({ delayMs = 0 }) => delayMs > waitedMs);
  if (slow !== undefined)
    return cause(`the service sets a batch delay of ${formatDuration(slow.delayMs!)} in code`, FROM_VARIABLES);
  return uninstrumented(facts);
}

const NO_SDK =
  "leave out own_sdk, and Spantoll traces it; or load your set-up before the service, such as node --require ./tracing.cjs";

/** Why an SDK that is set up makes no spans. */
function uninstrumented({ early, isEsm, hasLoader, packages }: SdkFacts): Cause[] {
  const late = lateLibraries({ early, packages });
  if (isEsm && !hasLoader)
    return cause(
      "the service is an ES module, and no loader hook lets instrumentation see its imports",
      "start it with node --import ./tracing.mjs, which calls register('@opentelemetry/instrumentation/hook.mjs', import.meta.url) from node:module before sdk.start()",
    );
  if (late.length > 0) return cause(...lateText(late));
  if (packages.some((name) => name.startsWith(PREFIX))) return [];
  return cause(
    "the SDK is set up, and no instrumentation of the server is loaded",
    "add @opentelemetry/instrumentation-http, or start a span for each request",
  );
}

/** What is wrong, and the fix. */
export function lateText(libraries: readonly string[]): readonly [what: string, fix: string] {
  const rest = libraries.length > 1 ? "were loaded before their" : "was loaded before its";
  const what = `${libraries.join(" and ")} ${rest} instrumentation`;
  return [what, "load the set-up first: node --require ./tracing.cjs server.js"];
}

/** `3.9 s`. */
export function secondsOf(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

const PREFIX = "@opentelemetry/instrumentation-";

/** Libraries that an instrumentation was loaded for, and that were loaded before it could watch. */
export function lateLibraries({ early, packages }: Pick<SdkFacts, "early" | "packages">): string[] {
  // @nestjs/core has instrumentation-nestjs-core
  return early.filter((name) => packages.includes(`${PREFIX}${name.replace(/^@/, "").replace("/", "-")}`));
}

function likely({ facts }: Observation): Cause[] {
  if (facts !== undefined)
    return [
      { what: "the SDK does not send to OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", fix: ENDPOINT },
      { what: "its processor or exporter is set in code", fix: FROM_VARIABLES },
    ];
  return [
    { what: "the SDK sends to an address of its own, at another port or path", fix: ENDPOINT },
    { what: "the service has no tracing, or sets it up too late", fix: NO_SDK },
    { what: "its sampler keeps nothing, or it has no exporter", fix: FROM_VARIABLES },
  ];
}
